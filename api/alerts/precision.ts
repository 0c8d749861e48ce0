import type { AlertWork } from '@sightline/schemas/alert-work'
import { DisplayView } from '@sightline/schemas/display'
import { orNull, Probability } from '@sightline/schemas/message'
import Type, { type Static } from 'typebox'
import { pageOf } from '../shared/pages.ts'

/** The share of alerts that were right, by people's verdicts. */
export const Precision = Type.Object(
  {
    id: Type.String({ description: 'Id of the display or camera' }),
    verified: Type.Integer({ minimum: 0 }),
    misread: Type.Integer({ minimum: 0 }),
    unreadable: Type.Integer({
      minimum: 0,
      description: 'Images that showed too little; not counted',
    }),
    precision: orNull(Probability),
    low: orNull(Probability),
    high: orNull(Probability),
  },
  { title: 'Precision' },
)
export type Precision = Static<typeof Precision>

/** The same with the name by which people know a display or camera. */
export const NamedPrecision = Type.Object(
  {
    ...Precision.properties,
    display: orNull(
      Type.Pick(DisplayView, ['plate', 'region', 'caseRef', 'reason', 'owner'], {
        description:
          'What the display watches and for whom; null for a camera, and for callers who may not see displays',
      }),
    ),
    address: orNull(
      Type.String({
        description:
          'Where the camera is; null when it moves or belongs to a source that was not granted (ACC-6), and for a display',
      }),
    ),
  },
  {
    title: 'NamedPrecision',
    description:
      'precision: verified ÷ (verified + misread); low and high: its 95 % interval (Wilson), wide while verdicts are few',
  },
)
export type NamedPrecision = Static<typeof NamedPrecision>

/** The fields of an alert's work that count toward precision. */
export type Verdict = Pick<AlertWork, 'displayId' | 'cameraId' | 'source'> & {
  /** Where the camera was; null when unknown. */
  address: string | null
  outcome: 'verified' | 'misread' | 'unreadable'
}

/** @returns null while there is no verdict */
export function verdictOf(work: AlertWork): Verdict | null {
  const { displayId, cameraId, cameraAddress: address = null, source, state, verdict } = work
  if (!verdict || (state !== 'verified' && state !== 'misread')) return null
  const outcome = verdict.agreement === 'unreadable' ? 'unreadable' : state
  return { displayId, cameraId, source, address, outcome }
}

/** Verdicts by outcome. */
export const Outcomes = Type.Pick(Precision, ['verified', 'misread', 'unreadable'], {
  description: 'Verdicts on all of them, on whichever page',
})
export type Outcomes = Static<typeof Outcomes>

const noOutcomes = (): Outcomes => ({ verified: 0, misread: 0, unreadable: 0 })

/** Digits of a count in a place: more verdicts than anybody gives. */
const DIGITS = 9

/** By the number of decisions, most first; then by id. */
const placeOf = ([id, { verified, misread }]: [string, Outcomes]): string =>
  `${String(10 ** DIGITS - 1 - verified - misread).padStart(DIGITS, '0')}_${id}`

/** A page of the figures of displays or cameras, most verdicts first, and the verdicts on all. */
export function precisionBy(
  by: 'displayId' | 'cameraId',
  verdicts: Iterable<Verdict>,
  paging: { limit?: number; cursor?: string } = {},
): { figures: Precision[]; next: string | null; overall: Outcomes } {
  const counts = new Map<string, Outcomes>()
  const overall = noOutcomes()
  for (const verdict of verdicts) {
    const count = counts.get(verdict[by]) ?? noOutcomes()
    count[verdict.outcome]++
    overall[verdict.outcome]++
    counts.set(verdict[by], count)
  }
  const { page, next } = pageOf(counts, placeOf, { order: 'up', ...paging })
  const figures = page.map(([id, count]) => ({
    id,
    ...count,
    ...estimatePrecision(count.verified, count.misread),
  }))
  return { figures, next, overall }
}

/** Names of displays for people, by id. */
export const displayNames = (displays: readonly DisplayView[]): Map<string, NamedPrecision['display']> =>
  new Map(
    displays.map(({ id, plate, region, caseRef, reason, owner }) => [
      id,
      { plate, region, caseRef, reason, owner },
    ]),
  )

/** Places of cameras, by id. */
export function placeNames(verdicts: readonly Pick<Verdict, 'cameraId' | 'address'>[]): Map<string, string> {
  const known = verdicts.filter(({ address }) => address !== null)
  return new Map(known.map(({ cameraId, address }) => [cameraId, address!]))
}

/** 97.5 % point of the normal distribution. */
const Z = 1.96

/** A share with its 95 % Wilson interval, which is valid for small counts and at 0 and 1. */
export function estimatePrecision(
  hits: number,
  misses: number,
): Pick<Precision, 'precision' | 'low' | 'high'> {
  const n = hits + misses
  if (n === 0) return { precision: null, low: null, high: null }
  const p = hits / n
  const center = p + Z ** 2 / (2 * n)
  const half = Z * Math.sqrt((p * (1 - p)) / n + Z ** 2 / (4 * n ** 2))
  const scale = 1 + Z ** 2 / n
  return {
    precision: p,
    low: Math.max(0, (center - half) / scale),
    high: Math.min(1, (center + half) / scale),
  }
}
