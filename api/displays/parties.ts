import type { Display } from '@sightline/schemas/display'
import { SightlineError } from '@sightline/schemas/errors'
import type { Role } from '@sightline/schemas/person'

/** A person who takes a step on a display. */
export interface Party {
  id: string
  roles: readonly Role[]
  /** Current supervisor of the display's owner; null when there is none, or no longer. */
  ownersSupervisor: string | null
  /** Key of the session; null for the development token, which counts as four eyes. */
  session: string | null
}

type Place = 'owner' | 'supervisor' | 'another'

/** Who may take each step on a particular display. The role was checked before (api/access/permissions.ts). */
export const TURNS: Record<
  'update' | 'close' | 'validate' | 'hand-over' | 'review',
  { places: readonly Place[]; requirement: string }
> = {
  update: { places: ['owner'], requirement: 'DSP-5' },
  close: { places: ['owner', 'supervisor'], requirement: 'DSP-5' },
  validate: { places: ['owner'], requirement: 'DSP-3' },
  'hand-over': { places: ['supervisor'], requirement: 'DSP-3' },
  review: { places: ['another'], requirement: 'DSP-4' },
}

const WORDS: Record<Place, string> = {
  owner: 'its owner',
  supervisor: "its owner's supervisor",
  another: 'someone in oversight who does not own it',
}

const HOLDS: Record<Place, (owner: string, by: Party) => boolean> = {
  owner: (owner, { id }) => id === owner,
  // An owner without a supervisor (gone, or never had an account) must not keep a display from being closed.
  supervisor: (_owner, { id, roles, ownersSupervisor }) =>
    roles.includes('supervisor') && (ownersSupervisor === null || id === ownersSupervisor),
  another: (owner, { id, roles, session }) =>
    roles.includes('oversight') && (id !== owner || session === null),
}

/** @throws NOT_ALLOWED when another person must take the step */
export function mayStep(step: keyof typeof TURNS, { owner }: Display, by: Party): void {
  const { places, requirement } = TURNS[step]
  if (places.some((place) => HOLDS[place](owner, by))) return
  throw new SightlineError(
    'NOT_ALLOWED',
    `a watchlist entry can only be ${DONE[step]} by ${places.map((place) => WORDS[place]).join(' or ')} (${requirement})`,
    { hint: `Its owner is ${owner}. If they have left, their supervisor hands it over.` },
  )
}

const DONE: Record<keyof typeof TURNS, string> = {
  update: 'changed',
  close: 'closed',
  validate: 'validated',
  'hand-over': 'handed over',
  review: 'reviewed',
}
