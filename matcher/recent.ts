import { directGets } from '@sightline/broker/direct-gets'
import { followDirect } from '@sightline/broker/follow-direct'
import type { Link } from '@sightline/broker/link'
import { retryUntilDone } from '@sightline/broker/publish'
import { instant } from '@sightline/runtime/clock'
import { type Alert, alertParser } from '@sightline/schemas/alert'
import { sightingCountParser } from '@sightline/schemas/sighting-count'
import { ALERTS, SIGHTINGS, TEST_ALERTS } from '@sightline/schemas/streams'
import { alertSubject, sightingsSubject, testAlertSubject } from '@sightline/schemas/subjects'
import type { Approaches } from './approach.ts'
import { createReached } from './reached.ts'
import { isPictured, type Suppression, vehicleAt } from './suppression.ts'

/** What all matchers have raised recently, kept up to date from the streams: memory that survives each matcher. */
export interface Recent {
  /** Settles when everything stored before the call is known here. */
  caughtUp(): Promise<void>
}

/** As old as a read can be in its stream, so that repetitions find their window. */
const REMEMBERED_MS = 24 * 3_600_000

/** Limit of alerts in a day; the oldest beyond it are left out. */
const MOST = 100_000

const BATCH = 1000

export interface RecentParts {
  suppression: Suppression
  /** Of test traffic. */
  testSuppression: Suppression
  approaches: Approaches
  /** Called for a malformed alert or count, which is left out. */
  onMalformed(stream: string, sequence: number): void
}

/**
 * Reads alerts and their counts of the last day into the matcher's memory, and follows new ones.
 * @param signal ends it
 */
export async function followRecent(
  link: Link,
  { suppression, testSuppression, approaches, onMalformed }: RecentParts,
  signal: AbortSignal,
): Promise<Recent> {
  const into = (stream: string, subject: string, take: (data: Uint8Array) => void) =>
    followInto({ link, stream, subject, signal, take, onMalformed: (seq) => onMalformed(stream, seq) })
  function restoreAlert(data: Uint8Array): Alert {
    const alert = alertParser.parseJson(data)
    const { id: alertId, display, match, read, readStoredAt, test } = alert
    const [at, storedAt] = [Date.parse(read.seenAt), Date.parse(readStoredAt)]
    const sighting = { at, storedAt, alertId, isPictured: isPictured(read) }
    const seen = test ? testSuppression : suppression
    seen.restore(vehicleAt(display.id, match, read), sighting)
    return alert
  }
  const alerts = await into(ALERTS, alertSubject('*'), (data) => {
    const { display, read } = restoreAlert(data)
    approaches.note(display.id, read)
  })
  const tests = await into(TEST_ALERTS, testAlertSubject('*'), restoreAlert)
  await Promise.all([alerts.caughtUp(), tests.caughtUp()])
  const counts = await into(SIGHTINGS, sightingsSubject('*'), (data) => {
    const { alertId, count, upTo } = sightingCountParser.parseJson(data)
    suppression.restoreCount(alertId, count, upTo)
  })
  await counts.caughtUp()
  return {
    async caughtUp() {
      await Promise.all([alerts, tests, counts].map((followed) => followed.caughtUp()))
    },
  }
}

interface Into {
  link: Link
  stream: string
  subject: string
  signal: AbortSignal
  take(data: Uint8Array): void
  onMalformed(sequence: number): void
}

async function followInto(into: Into): Promise<Recent> {
  const { link, stream, subject, signal, take, onMalformed } = into
  const from = await retryUntilDone(() => firstRemembered(link, stream, signal), signal)
  const reached = createReached(from - 1)
  void (async () => {
    for await (const batch of followDirect(link, { stream, subject, from, batch: BATCH, signal })) {
      for (const { seq, data } of batch) {
        try {
          take(data)
        } catch {
          // Only matchers may write here; entries of a later version are skipped.
          onMalformed(seq)
        }
      }
      reached.to(batch.at(-1)!.seq)
    }
  })()

  return {
    async caughtUp() {
      const { state } = await retryUntilDone(() => link.manager.streams.info(stream), signal)
      if (state.messages > 0) await reached.until(state.last_seq, signal)
    },
  }
}

/** Where the last day of a stream begins, by the broker's clock. */
async function firstRemembered(link: Link, stream: string, signal: AbortSignal): Promise<number> {
  const { state } = await link.manager.streams.info(stream)
  if (state.messages === 0) return state.last_seq + 1
  const start = { start_time: instant(Date.parse(state.last_ts) - REMEMBERED_MS) }
  const first = await directGets(link, stream, start, 1, signal)
  if (!first) throw new Error(`the broker does not say where the last day of ${stream} begins`)
  return Math.max(first[0]?.seq ?? state.last_seq + 1, state.last_seq - MOST + 1)
}
