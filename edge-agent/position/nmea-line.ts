import { execFile } from 'node:child_process'
import { constants, createReadStream, openSync } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { isatty, ReadStream } from 'node:tty'
import { promisify } from 'node:util'
import { missingProgram } from '@sightline/runtime/program'
import { SightlineError } from '@sightline/schemas/errors'
import type { OnLine } from './fix.ts'
import { splitLines } from './lines.ts'
import { joinSentences } from './nmea-fixes.ts'

/** A receiver on a serial line, or its recorded output in a file. */
export interface NmeaDevice {
  /** Path, e.g. `/dev/ttyUSB0`. */
  device: string
  /** Speed of the line in bits per second; a file has none. */
  baud: number
}

/** A receiver sends every second, with or without a fix; after this silence, reopen the line. */
const SILENCE_MS = 15_000

/**
 * Follows a receiver's NMEA sentences. A file is read to its end, and each of its fixes counts as received at its own
 * instant: a recording has no other clock.
 * @param now this host's clock
 * @returns resolves at the end of a file, or when aborted
 * @throws POSITION_UNAVAILABLE when the line cannot be opened, is lost, or stays silent
 */
export async function followNmea(
  { device, baud }: NmeaDevice,
  onLine: OnLine,
  now: () => number,
  signal: AbortSignal,
): Promise<void> {
  const fault = (what: string, cause?: unknown) =>
    new SightlineError('POSITION_UNAVAILABLE', `the GPS receiver ${device} ${what}`, {
      cause,
      hint: 'Check that it is plugged in and that this user may read it (group dialout).',
    })
  const { stream, isLine } = await openDevice(device, baud).catch((cause: Error) => {
    if (cause instanceof SightlineError) throw cause
    throw fault(`cannot be opened: ${cause.message.trim()}`, cause)
  })
  const join = joinSentences()
  return new Promise((resolve, reject) => {
    const stop = () => stream.destroy()
    const silence = setTimeout(() => stream.destroy(fault('says nothing')), SILENCE_MS)
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    const take = (line: string) => {
      const receivedAt = now()
      const fix = join(line, receivedAt)
      onLine(line, fix && !isLine ? { ...fix, receivedAt: fix.at } : fix)
    }
    const split = splitLines(take, !isLine)
    stream.on('data', (chunk: Buffer) => {
      silence.refresh()
      split(chunk)
    })
    let reason: SightlineError | undefined
    stream.once('error', (error) => {
      reason = error instanceof SightlineError ? error : fault(`is lost: ${error.message}`, error)
    })
    stream.once('close', () => {
      clearTimeout(silence)
      signal.removeEventListener('abort', stop)
      if (signal.aborted || (!isLine && !reason)) resolve()
      else reject(reason ?? fault('is lost'))
    })
  })
}

async function openDevice(device: string, baud: number): Promise<{ stream: Readable; isLine: boolean }> {
  const flags = constants.O_RDONLY | constants.O_NOCTTY | constants.O_NONBLOCK
  const file = await open(device, flags)
  const isLine = isatty(file.fd)
  await file.close()
  if (!isLine) return { stream: createReadStream(device), isLine }
  await promisify(execFile)('stty', ['-F', device, String(baud), 'raw', '-echo', 'clocal']).catch((error) => {
    throw error.code === 'ENOENT' ? missingProgram('stty', error) : error
  })
  // Not createReadStream: its blocking read would occupy one of the four threads that all file access shares. And not a
  // FileHandle: the stream owns a bare descriptor.
  return { stream: new ReadStream(openSync(device, flags)), isLine }
}
