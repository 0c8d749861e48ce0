import type { Answer, Schema } from '../../../api/client.ts'

export type Alert = Schema<'AlertView'>
export type AlertWork = Schema<'AlertWork'>
export type Sightings = Schema<'Sightings'>

/** An alert in the list: `sequence` is its id in the stream. */
export type Listed = Answer<'/v1/alerts'>['alerts'][number]

/** A listed alert in memory. */
export interface Entry extends Listed {
  /** Number of the last change of `work` from the stream; 0 for none. Data listed before that is older. */
  change: number
}

/** The next step for an alert at an instant. An expired claim does not block anybody. */
export type AlertStatus = 'open' | 'mine' | 'others' | 'verified' | 'misread'

/** @param me id of the user @param now milliseconds */
export function statusOf({ work }: Pick<Listed, 'work'>, me: string, now: number): AlertStatus {
  if (!work || work.state === 'open') return 'open'
  if (work.state !== 'claimed') return work.state
  if (!work.claim || Date.parse(work.claim.until) <= now) return 'open'
  return work.claim.by === me ? 'mine' : 'others'
}

/** Whether it has a final verdict. */
export const isJudged = ({ work }: Pick<Listed, 'work'>): boolean =>
  work?.state === 'verified' || work?.state === 'misread'

/** Number of readings by a person that differ from the watched plate. */
export const triesOf = (work: AlertWork | null, who: string): number =>
  work?.tries.filter(({ by }) => by === who).length ?? 0

/** The camera's place in words. */
export const placeOf = ({ read: { camera } }: Alert): string => camera.address ?? camera.id
