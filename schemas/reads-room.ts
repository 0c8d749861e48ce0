import { SightlineError } from './errors.ts'
import { several } from './several.ts'
import { streamDeclarations } from './stream-declarations.ts'
import { agentReads, type BrokerSize, isReadStream, READS } from './streams.ts'

/** Room for reads while no matcher runs: computed from the stream declarations, before anything is declared. */

/** Share of a stream of reads that judged reads may fill; the rest is for reads that wait for a matcher. */
export const JUDGED_SHARE = 0.25
/** Bytes of an ordinary read on the disk of each node that stores it; measured by `./sightline bench cluster`. */
const READ_ON_DISK = 930

export interface SourceRoom {
  /** Source of the reads: `edge agents`, or a vendor's id. */
  source: string
  /** Space for unjudged reads in all of its streams, bytes. */
  bytes: number
  /** Reads per second. */
  rate: number
  /** How long it lasts without a matcher, if the streams fill evenly, hours. */
  hours: number
}

/** @param rate reads per second, of all edge agents together and of each vendor */
export function readsRoom(size: BrokerSize, rate: number): SourceRoom[] {
  const groups = size.agentStreams ?? 2
  const ofAgents = new Set(Array.from({ length: groups }, (_, n) => agentReads(n)))
  const room = new Map<string, number>()
  for (const { name, max_bytes = 0 } of streamDeclarations(size)) {
    if (!isReadStream(name)) continue
    const source = ofAgents.has(name) ? 'edge agents' : name.slice(name.indexOf('-') + 1)
    // Reads that come from neither an agent nor a vendor.
    if (source.startsWith(READS)) continue
    room.set(source, (room.get(source) ?? 0) + max_bytes * (1 - JUDGED_SHARE))
  }
  return Array.from(room, ([source, bytes]) => ({
    source,
    bytes,
    rate,
    hours: bytes / READ_ON_DISK / rate / 3600,
  }))
}

/** In words, e.g. `4 GiB hold 15 min of reads of edge agents at 2,000 reads/s without a matcher`. */
export const describeRoom = ({ storageGib }: BrokerSize, { source, rate, hours }: SourceRoom): string =>
  `${storageGib} GiB hold ${inWords(hours)} of reads of ${source} at ${rate.toLocaleString('en-US')} a second without a matcher`

/**
 * Refuses a size that cannot hold `readsHours` of reads at a rate.
 * @throws CONFIG_INVALID, with the storage that would be enough
 */
export function requireRoom(size: BrokerSize, rate: number): void {
  const { readsHours = 24, storageGib } = size
  const [worst] = readsRoom(size, rate).sort((a, b) => a.hours - b.hours)
  if (!worst || worst.hours >= readsHours) return
  const needed = Math.ceil((storageGib * readsHours) / worst.hours)
  throw new SightlineError('CONFIG_INVALID', `${describeRoom(size, worst)}, not ${inWords(readsHours)}`, {
    hint: `Give --storage-gib ${needed}, fewer --reads-hours, or a lower --rate. Nothing was declared.`,
  })
}

function inWords(hours: number): string {
  if (hours >= 48) return several(Math.floor(hours / 24), 'day')
  if (hours >= 2) return `${Math.floor(hours)} h`
  if (hours * 60 >= 1) return `${Math.floor(hours * 60)} min`
  return `${Math.floor(hours * 3600)} s`
}
