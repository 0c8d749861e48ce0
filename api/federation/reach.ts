import { distanceM, middleOf, type Point } from '@sightline/geometry/great-circle'
import { SightlineError } from '@sightline/schemas/errors'
import type { FederatedQuestion } from '@sightline/schemas/federated-search'
import { several } from '@sightline/schemas/several'
import { camerasAnswerParser, type ListedCamera, type SearchArea } from '@sightline/schemas/vendor-search'
import type { NoAnswer } from './exchange.ts'
import type { Answer } from './vendor.ts'

/**
 * Maximum number of fixed cameras that a search without a whole plate may reach (QRY-6): those of a crossing, of the
 * roads to it or of a parking lot. A wider search would go through the journeys of a whole town for a lead.
 */
export const MOST_CAMERAS = 10

/** Largest distance between these cameras, or between the corners of an area, meters: the longest streets of a town. */
export const WIDEST_M = 20_000

/** What the words of a search really meant: kept with the record of its answer (AUD-1). */
export interface Reach {
  cameras: number
  /** Largest distance between two of them, or across the area, meters. */
  acrossM: number
}

/** A search as sent to the vendors, with its place resolved. */
export interface Reached {
  reach: Reach
  /** The search area; an address with a radius has become a circle. */
  area: SearchArea
  /** Fixed cameras that each vendor listed: rows from others are not from this place. */
  listed: ReadonlyMap<string, ReadonlySet<string>>
  /** Vendors that did not list their cameras, and are not asked further. */
  failed: ReadonlyMap<string, NoAnswer>
}

/** Asks one vendor which cameras an area means. */
export type AskCameras = (vendor: string, body: object) => Promise<Answer>

/**
 * Asks the vendors which cameras the place of a search really means, and refuses a place that is too wide, before any
 * read is requested. A whole plate needs none of this: it limits the search itself.
 * @returns null for a search with a whole plate, or without a place
 * @throws SEARCH_TOO_WIDE saying how to narrow it
 */
export async function reachOf(
  { plate, area }: FederatedQuestion,
  vendors: readonly string[],
  ask: AskCameras,
): Promise<Reached | null> {
  if (plate !== undefined || !area) return null
  if (!('address' in area)) return checkReach(area, await listCameras(area, vendors, ask))
  const { address, radiusM } = area
  const there = checkReach({ address }, await listCameras({ address }, vendors, ask))
  const middle = middleOf(there.positions)
  if (!radiusM || !middle) return there
  const circle = { ...middle, radiusM }
  const around = checkReach(circle, await listCameras(circle, vendors, ask))
  return { ...around, failed: new Map([...there.failed, ...around.failed]) }
}

interface Listed {
  byVendor: Map<string, readonly ListedCamera[]>
  failed: Map<string, NoAnswer>
  more: boolean
}

async function listCameras(area: SearchArea, vendors: readonly string[], ask: AskCameras): Promise<Listed> {
  const found: Listed = { byVendor: new Map(), failed: new Map(), more: false }
  await Promise.all(
    vendors.map(async (vendor) => {
      const answer = await ask(vendor, { v: 1, area })
      if (answer.state === 'complete' && camerasAnswerParser.check(answer.body)) {
        found.byVendor.set(vendor, answer.body.cameras)
        found.more ||= answer.body.more
      } else found.failed.set(vendor, failureOf(answer))
    }),
  )
  return found
}

/** Fails closed: nobody knows how wide a search at this vendor would be. */
function failureOf(answer: Answer): NoAnswer {
  if (answer.state === 'partial') return { state: answer.otherwise, reason: answer.reason }
  if (answer.state !== 'complete' && answer.state !== 'refused') return answer
  const said = answer.state === 'refused' ? `: ${answer.reason}` : ''
  return { state: 'refused', reason: `the vendor does not say which cameras this place means${said}` }
}

function checkReach(area: SearchArea, { byVendor, failed, more }: Listed): Reached & { positions: Point[] } {
  const all = [...byVendor].flatMap(([vendor, cameras]) => cameras.map((camera) => ({ vendor, ...camera })))
  const positions = all.flatMap(({ position }) => position ?? [])
  const cameras = new Set(all.map(({ vendor, camera }) => `${vendor} ${camera}`)).size
  const acrossM = Math.round(Math.max(acrossOf(area), spreadOf(positions)))
  if (more || cameras > MOST_CAMERAS || acrossM > WIDEST_M) throw tooWide(area, { cameras, acrossM }, more)
  return {
    reach: { cameras, acrossM },
    area,
    failed,
    positions,
    listed: new Map(
      [...byVendor].map(([vendor, list]) => [vendor, new Set(list.map(({ camera }) => camera))]),
    ),
  }
}

/** Width of a shape as drawn: mobile cameras may be anywhere in it. */
function acrossOf(area: SearchArea): number {
  if ('polygon' in area) return spreadOf(area.polygon)
  return 'address' in area ? 0 : 2 * area.radiusM
}

const spreadOf = (points: readonly Point[]): number =>
  points.reduce(
    (most, a, n) => points.slice(n + 1).reduce((far, b) => Math.max(far, distanceM(a, b)), most),
    0,
  )

function tooWide(area: SearchArea, { cameras, acrossM }: Reach, more: boolean): SightlineError {
  const what = 'address' in area ? 'this address means' : 'this area contains'
  const count = `${more ? 'more than ' : ''}${several(cameras, 'camera')}`
  const far = acrossM > WIDEST_M ? `, ${Math.round(acrossM / 1000)} km across` : ''
  const narrower =
    'address' in area
      ? 'Give number, street and town as the reads have them, e.g. "101 Palm Avenue, San Ysidro, CA", or give a position and a radius.'
      : 'Draw a smaller area, or name the address of a camera.'
  return new SightlineError('SEARCH_TOO_WIDE', `${what} ${count}${far} (QRY-6)`, {
    hint: `A search without a whole plate may cover at most ${several(MOST_CAMERAS, 'camera')} within ${WIDEST_M / 1000} km. ${narrower}`,
  })
}
