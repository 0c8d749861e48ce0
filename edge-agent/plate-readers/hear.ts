import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '@sightline/runtime/log'
import { type SightlineError, toSightlineError } from '@sightline/schemas/errors'
import type { EventsCamera } from '../camera/camera-to-run.ts'
import { unavailable } from '../network/cause.ts'
import { withoutCredentials } from '../sources/credentials.ts'
import type { ListenConfig, Listened, ListenerPool } from './listener.ts'
import { streamedMessages } from './stream.ts'

export interface HearingParts {
  readonly listeners: ListenerPool
  readonly log: Logger
  /** @throws what keeps the message from being safe */
  readonly take: Listened['take']
  readonly onTrouble: (error: SightlineError, what: string) => void
  /** Aborted when the camera stops. */
  readonly signal: AbortSignal
}

const BACK_OFF = { first: 1_000, longest: 30_000 }
/** Number of attempts to store a message of a stream, over some five minutes. */
const MOST_TRIES = 14

/**
 * Receives the messages of one plate reader until the camera stops: at a listener of this host, or by fetching the plate
 * reader's stream. After a failure it tries again.
 */
export async function hearUntilStopped(
  { camera, events, secret }: EventsCamera,
  { listeners, log, take, onTrouble, signal }: HearingParts,
): Promise<void> {
  const asked = { digest: false }
  let pause = BACK_OFF.first

  async function listen(at: ListenConfig): Promise<void> {
    const place = await listeners(at, { camera: camera.id, secret: await secret(), take })
    log.info({ camera: camera.id, host: at.host, port: at.port }, 'listening for a plate reader')
    await aborted(signal)
    await place.close()
  }

  /** Takes one message after another; a disk that refuses delays the stream. */
  async function fetchStream(url: string): Promise<void> {
    for await (const message of streamedMessages({ ...events, url }, asked, signal)) {
      pause = BACK_OFF.first
      await takeWithRetries(message)
    }
    if (!signal.aborted) throw unavailable(withoutCredentials(url), 'its stream ended')
  }

  /** A plate reader does not repeat messages of a stream, so a message waits while the disk refuses. */
  async function takeWithRetries(message: Parameters<typeof take>[0]): Promise<void> {
    for (let tries = 1, wait = BACK_OFF.first; ; tries++, wait = Math.min(2 * wait, BACK_OFF.longest)) {
      try {
        await take(message)
        return
      } catch (thrown) {
        const isLost = tries === MOST_TRIES || signal.aborted
        const what = isLost ? 'a message of a stream is lost' : 'a message of a stream waits'
        onTrouble(toSightlineError(thrown), what)
        if (isLost) return
        await sleep(wait, undefined, { signal }).catch(() => {})
      }
    }
  }

  while (!signal.aborted) {
    try {
      if (events.listen) await listen(events.listen)
      else await fetchStream(events.url ?? '')
    } catch (thrown) {
      if (signal.aborted) return
      onTrouble(toSightlineError(thrown), 'the plate reader cannot be heard')
      await sleep(pause, undefined, { signal }).catch(() => {})
      pause = Math.min(2 * pause, BACK_OFF.longest)
    }
  }
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
