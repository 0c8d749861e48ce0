import type { Display } from '@sightline/schemas/display'

const AT = '2026-01-01T00:00:00.000Z'

/** A plain display of a plate, with an id like those of the api. */
export const benchDisplay = (plate: string, n: number, minProbability?: number): Display => ({
  v: 1,
  id: `0mqfiyy80-${n.toString(36).padStart(12, '0')}`,
  plate,
  region: null,
  priority: 'normal',
  reason: 'Made up for a benchmark',
  caseRef: 'BENCH',
  owner: 'bench',
  state: 'active',
  createdAt: AT,
  noticeConfirmedAt: AT,
  validatedAt: AT,
  expiresAt: '2999-01-01T00:00:00.000Z',
  ...(minProbability !== undefined && { minProbability }),
})

/** Patterns near real plates: a character open, two of three possible, an end open. */
export const benchPattern = (plate: string, n: number): string => {
  const at = n % plate.length
  const place = [`?`, `[${plate[at]}X]`][n % 3]
  return place ? plate.slice(0, at) + place + plate.slice(at + 1) : `${plate.slice(0, 5)}*`
}
