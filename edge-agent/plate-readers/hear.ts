import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import { SightlineError, toSightlineError } from '@sightline/schemas/errors'
import type { EventsCamera } from '../camera/camera-to-run.ts'
import { createBackOff } from '../network/back-off.ts'
import { unavailable } from '../network/cause.ts'
import { withoutCredentials } from '../sources/credentials.ts'
import type { ListenConfig, ListenerPool } from './listener.ts'
import type { Taken } from './main.ts'
import { type Message, streamedMessages } from './stream.ts'

export interface HearingParts {
  readonly listeners: ListenerPool
  readonly log: Logger
  /** @throws the error that keeps the message from being stored safely */
  readonly take: (message: Message) => Promise<Taken>
  readonly onTrouble: (error: SightlineError, what: string) => void
  /** Receives why it has not been heard for a minute, and null when it is heard again. */
  readonly onUnheard: (error: SightlineError | null) => void
  /** Receives when a certificate ends, ms since 1970. */
  readonly onCertificate: (whose: 'camera' | 'listener', endsAt: number) => void
  readonly steady: Clock
  /** Aborted when the camera stops. */
  readonly signal: AbortSignal
}

/** First and longest pause before a message that could not be stored is tried again, ms. */
const STORE_AGAIN = { first: 1_000, longest: 30_000 }
/** Number of attempts to store a message of a stream, over some five minutes. */
const MOST_TRIES = 14
/** A camera that restarts is back within this time, ms. */
const PATIENCE_MS = 60_000
/** Maximum number of messages of a stream in this time, ms: as many as a camera may send by itself. */
const PACE = { most: 600, ms: 60_000 }
/**
 * What a message counts that tells of no vehicle. A recorder sends signs of life and the motion of all its cameras in the same
 * stream, several a second of each: they must not delay a plate. Yet nobody may keep the agent busy with them.
 */
const IDLE_MESSAGE = 0.05

/**
 * Receives the messages of one plate reader until the camera stops: at a listener of this host, or by fetching the plate
 * reader's stream. After a failure it tries again.
 */
export async function hearUntilStopped(
  { camera, events, secret }: EventsCamera,
  { listeners, log, take, onTrouble, onUnheard, onCertificate, steady, signal }: HearingParts,
): Promise<void> {
  const asked = { digest: false }
  const pace = createPace(steady, signal)
  const backOff = createBackOff()
  let failingSince: number | undefined

  function heard(): void {
    failingSince = undefined
    onUnheard(null)
  }

  async function listen(at: ListenConfig): Promise<void> {
    const place = await listeners(at, {
      camera: camera.id,
      secret: await secret(),
      take,
      onCertificate: (endsAt) => onCertificate('listener', endsAt),
    })
    heard()
    log.info({ camera: camera.id, host: at.host, port: at.port }, 'listening for a plate reader')
    await aborted(signal)
    await place.close()
  }

  /** Handles one message after another; a disk that refuses delays the stream. */
  async function fetchStream(url: string): Promise<void> {
    const onEnd = (endsAt: number) => onCertificate('camera', endsAt)
    for await (const message of streamedMessages({ ...events, url }, asked, signal, onEnd)) {
      backOff.worked()
      heard()
      if (await pace((await takeWithRetries(message)) ? 1 : IDLE_MESSAGE))
        onTrouble(tooMuch(), 'its stream was slowed down')
    }
    if (!signal.aborted) throw unavailable(withoutCredentials(url), 'its stream ended')
  }

  /**
   * A plate reader does not repeat messages of a stream, so a message waits while the disk refuses.
   * @returns whether it told of a vehicle, or could not be understood
   */
  async function takeWithRetries(message: Message): Promise<boolean> {
    for (let tries = 1, wait = STORE_AGAIN.first; ; tries++, wait = Math.min(2 * wait, STORE_AGAIN.longest)) {
      try {
        return !(await take(message)).isIdle
      } catch (thrown) {
        const isLost = tries === MOST_TRIES || signal.aborted
        const what = isLost ? 'a message of a stream is lost' : 'a message of a stream waits'
        onTrouble(toSightlineError(thrown), what)
        if (isLost) return true
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
      const error = toSightlineError(thrown)
      onTrouble(error, 'cannot receive messages of the plate reader')
      failingSince ??= steady()
      if (steady() - failingSince >= PATIENCE_MS) onUnheard(error)
      await sleep(backOff.pauseAfter(error), undefined, { signal }).catch(() => {})
    }
  }
}

/**
 * Delays a caller that exceeds the rate.
 * @returns a function to call after each action, with how much it counts; it returns whether it caused a delay
 */
export function createPace(
  steady: Clock,
  signal: AbortSignal,
  { most, ms } = PACE,
): (counts?: number) => Promise<boolean> {
  let begun = steady()
  let count = 0
  return async (counts = 1) => {
    if (steady() - begun >= ms) {
      begun = steady()
      count = 0
    }
    count += counts
    if (count < most) return false
    await sleep(begun + ms - steady(), undefined, { signal }).catch(() => {})
    // Reset here instead of relying on the clock: a timer may fire a millisecond early, and would delay the next
    // message again.
    begun = steady()
    count = 0
    return true
  }
}

const tooMuch = () =>
  new SightlineError(
    'TOO_MANY_REQUESTS',
    'the plate reader sends more messages than it can have seen vehicles',
    {
      hint: 'Switch off other events in its stream, or look whether somebody else answers at its address.',
    },
  )

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
