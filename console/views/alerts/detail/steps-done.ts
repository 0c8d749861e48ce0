import type { Lookout } from '../../cases/types.ts'
import type { AlertWork, Entry } from '../feed/entry.ts'

/** Something that happened with an alert. */
export type Done =
  | { kind: 'seen' | 'raised'; at: string }
  | { kind: 'again'; at: string; count: number }
  | { kind: 'claimed' | 'tried' | 'verified' | 'rejected' | 'lookout'; at: string; by: string }
  | { kind: 'passed-on'; at: string; passed: AlertWork['passedOn'][number] }

/** All known events of an alert, oldest first. */
export function listSteps({ alert, work, sightings }: Entry, lookouts: readonly Lookout[]): Done[] {
  const done: Done[] = [
    { kind: 'seen', at: alert.read.seenAt },
    { kind: 'raised', at: alert.raisedAt },
  ]
  if (sightings) done.push({ kind: 'again', at: sightings.lastSeenAt, count: sightings.count })
  if (work) {
    const { claim, tries, verdict, passedOn } = work
    if (claim) done.push({ kind: 'claimed', at: claim.at, by: claim.by })
    for (const { at, by } of tries) done.push({ kind: 'tried', at, by })
    if (verdict) {
      const kind = work.state === 'verified' ? 'verified' : 'rejected'
      done.push({ kind, at: verdict.at, by: verdict.by })
    }
    for (const passed of passedOn) done.push({ kind: 'passed-on', at: passed.at, passed })
  }
  for (const { createdAt, createdBy } of lookouts) {
    done.push({ kind: 'lookout', at: createdAt, by: createdBy })
  }
  return done.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
}
