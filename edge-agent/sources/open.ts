import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '@sightline/runtime/clock'
import { type SightlineError, toSightlineError } from '@sightline/schemas/errors'
import type { SourceConfig } from '../config/schema.ts'
import { createBackOff } from '../network/back-off.ts'
import { type Access, accessOf, type NetworkSource } from './access.ts'
import type { ArrivalOptions } from './arrivals.ts'
import { safeSourceError } from './credentials.ts'
import { ffmpegFrames } from './ffmpeg.ts'
import { folderFrames } from './folder.ts'
import type { Frame } from './frame.ts'
import { mjpegFrames, snapshotFrames } from './http.ts'
import { rtspFrames } from './rtsp.ts'

/**
 * Which frames come again when another run of the agent opens the source: those that were not released (a folder that is
 * emptied), all from the first one (a recording), or none that can be distinguished from new ones.
 */
export type Resumes = 'unreleased' | 'all' | 'none'

export interface OpenSource {
  /**
   * Whether frames arrive without being requested: then the newest count under overload, and waiting ones are dropped.
   * Otherwise frames wait.
   */
  live: boolean
  resumes: Resumes
  /** The frames, until the source has ended or `signal` ends it. A live source never ends by itself. */
  frames(signal: AbortSignal): AsyncIterable<Frame>
}

export interface SourceParts {
  clock: Clock
  /** Called each time the source fails; it is tried again. */
  onTrouble(error: SightlineError): void
  /** Called with the expiry of the camera's certificate, ms since 1970. */
  onCertificate?(endsAt: number): void
  /** Receives why a folder is not there any more (its disk was unmounted), and null when it is back. */
  onAway?(error: SightlineError | null): void
}

/** Opens a camera's frames as configured. */
export function openSource(config: SourceConfig, parts: SourceParts): OpenSource {
  const { clock } = parts
  const live = (
    open: (signal: AbortSignal) => AsyncIterable<Frame>,
    explain: (thrown: unknown) => SightlineError = toSightlineError,
  ): OpenSource => ({
    live: true,
    resumes: 'none',
    frames: (signal) => openAgain(open, parts, explain, signal),
  })
  /** @param open receives the camera's access data at that moment */
  const reached = <T extends NetworkSource>(
    source: T,
    open: (access: Access<T>, signal: AbortSignal) => AsyncIterable<Frame>,
  ): OpenSource => {
    // As last known, so that none of it is repeated.
    let address = source.url
    const asked = { digest: false }
    async function* frames(signal: AbortSignal) {
      const access = await accessOf(source, asked, parts.onCertificate)
      address = access.source.url
      yield* open(access, signal)
    }
    return live(frames, (thrown) => safeSourceError(thrown, address))
  }
  switch (config.type) {
    case 'folder':
      return {
        live: false,
        resumes: 'unreleased',
        frames: (signal) =>
          folderFrames(config.path, signal, true, {
            ...waitingOf(config),
            onTrouble: parts.onTrouble,
            ...(parts.onAway && { onAway: parts.onAway }),
          }),
      }
    case 'file':
      return { live: false, resumes: 'all', frames: (signal) => ffmpegFrames(config, clock, signal) }
    case 'v4l2':
      return live((s) => ffmpegFrames(config, clock, s))
    case 'rtsp':
      return reached(config, (access, s) => rtspFrames(access, clock, s))
    case 'mjpeg':
      return reached(config, (access, s) => mjpegFrames(access, clock, s))
    case 'snapshot':
      return reached(config, (access, s) => snapshotFrames(access, clock, s))
  }
}

function waitingOf({ settleSeconds, giveUpSeconds }: SourceConfig & { type: 'folder' }): ArrivalOptions {
  return {
    ...(settleSeconds === undefined ? {} : { settleMs: settleSeconds * 1000 }),
    ...(giveUpSeconds === undefined ? {} : { giveUpMs: giveUpSeconds * 1000 }),
  }
}

/** A source that is reopened whenever it fails or ends, with pauses that grow until a frame arrives. */
async function* openAgain(
  open: (signal: AbortSignal) => AsyncIterable<Frame>,
  { onTrouble }: SourceParts,
  explain: (thrown: unknown) => SightlineError,
  signal: AbortSignal,
): AsyncGenerator<Frame> {
  const backOff = createBackOff()
  while (!signal.aborted) {
    let error: SightlineError | undefined
    try {
      for await (const frame of open(signal)) {
        backOff.worked()
        yield frame
      }
    } catch (thrown) {
      if (signal.aborted) return
      error = explain(thrown)
      onTrouble(error)
    }
    await pauseFor(backOff.pauseAfter(error), signal)
  }
}

const pauseFor = (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }).catch(() => {})
