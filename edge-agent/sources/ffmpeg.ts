import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Clock } from '@sightline/runtime/clock'
import { SILENT_AFTER_SECONDS } from '../config/schema.ts'
import { createChannel } from './channel.ts'
import { type FfmpegSource, ffmpegArguments, frameTime } from './ffmpeg-arguments.ts'
import { nameOf, probe, sourceError, tell } from './ffmpeg-probe.ts'
import type { Frame } from './frame.ts'
import { openFramePipe } from './frame-pipe.ts'
import { createMissed } from './missed.ts'
import { pairUp } from './pair-up.ts'

/** Maximum number of frames that wait here; beyond that, the pipe, and so ffmpeg, waits. */
const WAITING = 2
/** Number of ffmpeg's log lines that are kept to explain its end; complete lines, so that no address is cut in two. */
const LAST_WORDS = 20
/** If a live stream's time differs from the clock by more than this, it is set to the clock again, milliseconds. */
const MAX_DRIFT_MS = 2000

/**
 * The frames of one run of ffmpeg, until the stream ends or breaks.
 * @throws FFMPEG_MISSING, SOURCE_DENIED, SOURCE_INVALID, SOURCE_UNAVAILABLE
 */
export async function* ffmpegFrames(
  source: FfmpegSource,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<Frame> {
  const video = await probe(source, signal)
  const args = ffmpegArguments(source, video)
  const channel = createChannel<Frame>()
  const instants = instantsOf(source.type === 'file' ? video.startedAt : null, source.type !== 'file', clock)
  const missed = source.type === 'file' ? () => 0 : createMissed()
  const pair = pairUp(channel.push, video, nameOf(source), (time) => ({
    seenAt: instants(time),
    missed: missed(time),
  }))
  const lastWords: string[] = []

  const silentAfter = (source.type !== 'file' && source.silentAfterSeconds) || SILENT_AFTER_SECONDS
  const { reader, writer } = await openFramePipe({
    room: pair.room,
    filled(count) {
      stall.refresh()
      pair.filled(count)
      if (channel.length >= WAITING) reader.pause()
    },
  }).catch((thrown) => {
    pair.close()
    throw thrown
  })
  if (signal.aborted) {
    writer.destroy()
    reader.destroy()
    pair.close()
    return
  }
  const child = spawn('ffmpeg', args, { stdio: ['pipe', writer, 'pipe'], env: decoderEnvironment() })
  writer.destroy()
  tell(child.stdin, source)
  const stall = setTimeout(() => child.kill('SIGKILL'), silentAfter * 1000)
  createInterface({ input: child.stderr! }).on('line', (line) => {
    const time = frameTime(line)
    if (time !== undefined) return pair.time(time)
    lastWords.push(line)
    if (lastWords.length > LAST_WORDS) lastWords.shift()
  })
  child.once('error', (cause) => channel.end(sourceError(cause, source)))
  // Its last frames may still be in the pipe after it has ended.
  const drained = new Promise((resolve) => reader.once('close', resolve))
  child.once('close', async (status) => {
    await drained
    const broke = status !== 0 && !signal.aborted
    channel.end(
      broke ? sourceError({ stderr: lastWords.join('\n'), killed: status === null }, source) : undefined,
    )
  })
  const stop = () => child.kill('SIGKILL')
  signal.addEventListener('abort', stop, { once: true })
  try {
    for await (const frame of channel) {
      if (channel.length < WAITING) reader.resume()
      yield frame
    }
  } finally {
    clearTimeout(stall)
    signal.removeEventListener('abort', stop)
    stop()
    reader.destroy()
    pair.close()
  }
}

/**
 * The agent returns freed memory to the system at once (deploy/edge). But a decoder frees and allocates the same pictures
 * all the time, so that setting would cost it 1 ms per frame of 1920 × 1080.
 */
const decoderEnvironment = () => ({ ...process.env, MALLOC_TRIM_THRESHOLD_: undefined })

/**
 * Converts a frame's time within its stream into an instant. The first frame is at the recording's own start, or at the
 * current time; a live stream that drifts from the clock (it was reset, or the clock was stepped) is set again.
 */
function instantsOf(startedAt: number | null, live: boolean, clock: Clock): (seconds: number) => number {
  let zero: number | undefined
  return (seconds) => {
    zero ??= (startedAt ?? clock()) - seconds * 1000
    if (live && Math.abs(zero + seconds * 1000 - clock()) > MAX_DRIFT_MS) zero = clock() - seconds * 1000
    return Math.round(zero + seconds * 1000)
  }
}
