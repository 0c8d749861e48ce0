import { followDirect } from '@sightline/broker/follow-direct'
import type { Link } from '@sightline/broker/link'
import { SightlineError } from '@sightline/schemas/errors'
import { checkRead } from '@sightline/schemas/origin'
import { CANARY_SOURCE, type Read, readParser } from '@sightline/schemas/read'
import { allReadStreams, type ReadSources } from '@sightline/schemas/streams'
import { isTestSubject } from '@sightline/schemas/subjects'

/** How often to ask for more reads, milliseconds. */
const EVERY_MS = 200
const BATCH = 1000

/** What came in, in the order in which it was stored as far as streams have one. */
export interface Collected {
  readonly reads: readonly Read[]
  /** Messages that the matcher refuses, and that are left out. */
  readonly refused: number
}

/**
 * Collects the reads that are stored from now on, in memory: what is recorded is on no disk before its plates are replaced.
 * @param most the collection ends with so many
 * @param signal ends it, too
 * @throws CONFIG_INVALID when a stream is missing
 */
export async function collectReads(
  link: Link,
  {
    sources,
    most,
    signal,
    onRead,
  }: { sources: ReadSources; most: number; signal: AbortSignal; onRead(): void },
): Promise<Collected> {
  const reads: Read[] = []
  let refused = 0
  const full = new AbortController()
  const over = AbortSignal.any([signal, full.signal])
  const streams = await Promise.all(
    allReadStreams(sources).map(async (stream) => {
      const { state } = await link.manager.streams.info(stream).catch((cause: Error) => {
        throw new SightlineError('CONFIG_INVALID', `cannot follow the reads ${stream}: ${cause.message}`, {
          cause,
          hint: 'Name the vendors, partitions and agent streams of this broker, as broker declare got them.',
        })
      })
      return { stream, from: state.last_seq + 1 }
    }),
  )
  await Promise.all(
    streams.map(async ({ stream, from }) => {
      for await (const batch of followDirect(link, {
        ...{ stream, from, batch: BATCH, everyMs: EVERY_MS, signal: over },
      })) {
        for (const message of batch) {
          if (over.aborted) return
          try {
            const read = readParser.parseJson(message.data)
            checkRead(read, message)
            if (read.source === CANARY_SOURCE || isTestSubject(message.subject)) continue
            reads.push(read)
            onRead()
          } catch {
            refused++
          }
          if (reads.length >= most) full.abort()
        }
      }
    }),
  )
  return { reads: reads.slice(0, most), refused }
}
