import { follow } from '@sightline/broker/follow'
import { ask, type Link } from '@sightline/broker/link'
import type { StreamMessage } from '@sightline/broker/stream-message'
import type { Logger } from '@sightline/runtime/log'
import { type SightingCount, sightingCountParser } from '@sightline/schemas/sighting-count'
import { SIGHTINGS } from '@sightline/schemas/streams'
import { sightingsSubject } from '@sightline/schemas/subjects'
import { logLeftOut } from '../shared/left-out.ts'

export interface SightingCounts {
  /**
   * The latest count of each of these alerts; no entry for those seen once.
   * @throws BROKER_UNREACHABLE, BROKER_FAILED
   */
  latest(alertIds: readonly string[]): Promise<Map<string, SightingCount>>
  /** Calls `listener` with each new count. @returns a function that ends this */
  onRaised(listener: (raised: SightingCount) => void): () => void
}

const IN_FLIGHT = 256

/**
 * Counts how often the vehicles of alerts were seen. One consumer serves all listeners: a count is the current state,
 * and a listener who missed one gets it from the list.
 * @param log receives malformed counts that were left out
 * @param signal ends the subscription
 */
export async function openSightingCounts(
  link: Link,
  log: Logger,
  signal: AbortSignal,
): Promise<SightingCounts> {
  const listeners = new Set<(raised: SightingCount) => void>()
  const { state } = await ask(link, 'describe the sightings', () => link.manager.streams.info(SIGHTINGS))

  async function tell(): Promise<void> {
    const from = state.last_seq + 1
    for await (const message of follow(link, { stream: SIGHTINGS, from, inFlight: IN_FLIGHT, signal })) {
      const raised = countIn(message)
      if (raised) for (const listener of listeners) listener(raised)
    }
  }
  void tell()

  function countIn({ data, subject, seq: revision }: Pick<StreamMessage, 'data' | 'subject' | 'seq'>) {
    try {
      return sightingCountParser.parseJson(data)
    } catch (thrown) {
      logLeftOut(log, { store: SIGHTINGS, key: subject, revision }, thrown)
      return null
    }
  }

  async function latestOf(alertId: string): Promise<SightingCount[]> {
    const message = await link.manager.direct.getMessage(SIGHTINGS, {
      last_by_subj: sightingsSubject(alertId),
    })
    const count = message && countIn(message)
    return count ? [count] : []
  }

  return {
    latest: (alertIds) =>
      ask(link, 'read the sightings', async () => {
        const found = await Promise.all(alertIds.map(latestOf))
        return new Map(found.flat().map((sightings) => [sightings.alertId, sightings]))
      }),
    onRaised(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
