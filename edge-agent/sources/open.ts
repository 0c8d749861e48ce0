import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '@sightline/runtime/clock'
import { type SightlineError, toSightlineError } from '@sightline/schemas/errors'
import type { SourceConfig } from '../config/schema.ts'
import type { ArrivalOptions } from './arrivals.ts'
import { safeSourceError } from './credentials.ts'
import { ffmpegFrames } from './ffmpeg.ts'
import { folderFrames } from './folder.ts'
import type { Frame } from './frame.ts'
import { mjpegFrames, snapshotFrames } from './http.ts'

/**
 * Which frames come again when the source is opened by another run of the agent: those that were not released
 * (a folder that is emptied), all from the first on (a recording), or none that can be told from new ones.
 */
export type Resumes = 'unreleased' | 'all' | 'none'

export interface OpenSource {
  /**
   * Whether frames come whether or not anybody takes them: then the newest count under overload, and waiting
   * ones are dropped. The others wait.
   */
  live: boolean
  resumes: Resumes
  /** The frames, until the source has come to its end or `signal` ends it. A live source never ends by itself. */
  frames(signal: AbortSignal): AsyncIterable<Frame>
}

export interface SourceParts {
  clock: Clock
  /** Told each time that the source broke; it is tried again. */
  onTrouble(error: SightlineError): void
}

/** First and longest pause before a broken source is tried again, milliseconds. */
const BACK_OFF = { first: 1000, longest: 30_000 }

/** A camera's frames by its configuration. */
export function openSource(config: SourceConfig, parts: SourceParts): OpenSource {
  const { clock } = parts
  const explain = (thrown: unknown) =>
    'url' in config ? safeSourceError(thrown, config.url) : toSightlineError(thrown)
  const live = (open: (signal: AbortSignal) => AsyncIterable<Frame>): OpenSource => ({
    live: true,
    resumes: 'none',
    frames: (signal) => again(open, parts, explain, signal),
  })
  switch (config.type) {
    case 'folder':
      return {
        live: false,
        resumes: 'unreleased',
        frames: (signal) => folderFrames(config.path, signal, true, waitingOf(config)),
      }
    case 'file':
      return { live: false, resumes: 'all', frames: (signal) => ffmpegFrames(config, clock, signal) }
    case 'rtsp':
    case 'v4l2':
      return live((s) => ffmpegFrames(config, clock, s))
    case 'mjpeg':
      return live((s) => mjpegFrames(config, clock, s))
    case 'snapshot':
      return live((s) => snapshotFrames(config, clock, s))
  }
}

function waitingOf({ settleSeconds, giveUpSeconds }: SourceConfig & { type: 'folder' }): ArrivalOptions {
  return {
    ...(settleSeconds === undefined ? {} : { settleMs: settleSeconds * 1000 }),
    ...(giveUpSeconds === undefined ? {} : { giveUpMs: giveUpSeconds * 1000 }),
  }
}

/** A source that is opened again whenever it breaks or ends, with pauses that grow until a frame comes. */
async function* again(
  open: (signal: AbortSignal) => AsyncIterable<Frame>,
  { onTrouble }: SourceParts,
  explain: (thrown: unknown) => SightlineError,
  signal: AbortSignal,
): AsyncGenerator<Frame> {
  let pause = BACK_OFF.first
  while (!signal.aborted) {
    try {
      for await (const frame of open(signal)) {
        pause = BACK_OFF.first
        yield frame
      }
    } catch (thrown) {
      if (signal.aborted) return
      onTrouble(explain(thrown))
    }
    await sleep(pause, undefined, { signal }).catch(() => {})
    pause = Math.min(2 * pause, BACK_OFF.longest)
  }
}
