import type { Answer, Schema } from '../../../api/client.ts'

export type Alert = Schema<'AlertView'>
export type AlertWork = Schema<'AlertWork'>
export type Sightings = Schema<'Sightings'>

/** An alert as the list shows it: `sequence` is its id in the stream. */
export type Listed = Answer<'/v1/alerts'>['alerts'][number]

/** A listed alert that is held here. */
export interface Entry extends Listed {
  /** Number of the last change of `work` that came by the stream; 0 for none. What was listed before that is older. */
  change: number
}

/** What is to be done with an alert, at a moment: a claim that has lapsed holds nobody off. */
export type AlertStatus = 'open' | 'mine' | 'others' | 'verified' | 'misread'

/** @param me id of who looks @param now milliseconds */
export function statusOf({ work }: Pick<Listed, 'work'>, me: string, now: number): AlertStatus {
  if (!work || work.state === 'open') return 'open'
  if (work.state !== 'claimed') return work.state
  if (!work.claim || Date.parse(work.claim.until) <= now) return 'open'
  return work.claim.by === me ? 'mine' : 'others'
}

/** Whether a person has given the last word on it. */
export const isJudged = ({ work }: Pick<Listed, 'work'>): boolean =>
  work?.state === 'verified' || work?.state === 'misread'

/** How many readings somebody typed that are not the plate displayed. */
export const triesOf = (work: AlertWork | null, who: string): number =>
  work?.tries.filter(({ by }) => by === who).length ?? 0

/** Where the camera stood, as people say it. */
export const placeOf = ({ read: { camera } }: Alert): string => camera.address ?? camera.id
