import { instant } from '@sightline/runtime/clock'
import type { AlertWork } from '@sightline/schemas/alert-work'
import type { Case } from '@sightline/schemas/case'
import type { Display } from '@sightline/schemas/display'
import type { Dissemination } from '@sightline/schemas/dissemination'
import type { AccountRequest, HeldAccount } from '@sightline/schemas/held-account'
import type { Lookout } from '@sightline/schemas/lookout'
import { normalizePlate } from '@sightline/schemas/plate'
import type { Product } from '@sightline/schemas/product'
import type { Retention } from '@sightline/schemas/retention'
import type { SavedRead } from '@sightline/schemas/saved-read'
import { isOver } from '../cases/retention.ts'
import { plateFinder, stringsIn } from './plates.ts'

/** Everything that the agency holds. */
export interface Holdings {
  readonly cases: readonly Case[]
  readonly saved: readonly SavedRead[]
  readonly products: readonly Product[]
  readonly displays: readonly Display[]
  readonly alertWork: readonly AlertWork[]
  readonly lookouts: readonly Lookout[]
  readonly disseminations: readonly Dissemination[]
}

/** What an account leaves out, so that the answer to the request can say so. */
const NOT_SEARCHED = [
  "The vendors' histories: each vendor answers for what it holds.",
  'Search results in the cache, which are deleted after some hours unless they are saved.',
  'Alerts that nobody worked on, and images: they are deleted after 30 days, and follow from the watchlist entries above.',
  'The audit log: search it by plate with POST /v1/oversight/audit/search.',
  'Records deleted at the end of their retention period.',
]

/**
 * The account of what is held about plates or words (AUD-8). Pure. Records connected to a found record are found too:
 * products that cite a saved read, work on alerts of a display, and what was shared outside the agency. Records past
 * their retention count as deleted.
 * @param request with plates as written; at least one plate or word
 * @throws PLATE_IMPOSSIBLE
 */
export function heldAccount(
  request: Pick<AccountRequest, 'law' | 'requestRef' | 'plates' | 'words'>,
  holdings: Holdings,
  by: string,
  now: number,
): HeldAccount {
  const plates = [...new Set((request.plates ?? []).map(normalizePlate))]
  const words = request.words ?? []
  const where = finder(plates, words)
  const keepFound = <T extends { retention: Retention }>(things: readonly T[]) =>
    things.filter(({ retention }) => !isOver(retention, now))
  const held: Holdings = {
    ...holdings,
    cases: keepFound(holdings.cases),
    saved: keepFound(holdings.saved),
    products: keepFound(holdings.products),
    lookouts: keepFound(holdings.lookouts),
  }
  /** Finds records that name a plate or word, or are connected to one found before. */
  const find = <T>(things: readonly T[], ties: (thing: T) => string[] = () => []) =>
    things.flatMap((value) => {
      const because = [...where(value), ...ties(value)]
      return because.length > 0 ? [{ because, value }] : []
    })

  const saved = find(held.saved)
  const lookouts = find(held.lookouts)
  const reads = new Set(saved.map(({ value }) => value.read.id))
  const products = find(held.products, ({ versions }) =>
    versions.flatMap(({ number, sources }) =>
      sources.filter((id) => reads.has(id)).map((id) => `version ${number} cites the saved read ${id}`),
    ),
  )
  const displays = find(held.displays)
  // Of a pattern's alerts, only those whose image showed the plate: the others are about other people.
  const exact = new Set(
    displays.filter(({ value }) => plates.includes(value.plate)).map(({ value }) => value.id),
  )
  const alertWork = find(held.alertWork, ({ displayId }) =>
    exact.has(displayId) ? [`an alert of the watchlist entry ${displayId}`] : [],
  )
  const alertIds = new Set(alertWork.map(({ value }) => value.alertId))
  const ids = (things: readonly { value: { id: string } }[]) => new Set(things.map(({ value }) => value.id))
  const [productIds, lookoutIds] = [ids(products), ids(lookouts)]
  const disseminations = find(held.disseminations, ({ passed }) => [
    ...(passed.reads ?? []).filter((id) => reads.has(id)).map((id) => `shared the saved read ${id}`),
    ...(passed.product && productIds.has(passed.product.id)
      ? [`shared version ${passed.product.version} of the product ${passed.product.id}`]
      : []),
    ...(passed.alert && alertIds.has(passed.alert.id) ? [`shared the alert ${passed.alert.id}`] : []),
    ...(passed.lookout && lookoutIds.has(passed.lookout) ? [`shared the lookout ${passed.lookout}`] : []),
  ])
  return {
    v: 1,
    request: { law: request.law, requestRef: request.requestRef, plates, words },
    compiledBy: by,
    compiledAt: instant(now),
    searched: Object.fromEntries(Object.entries(held).map(([kind, things]) => [kind, things.length])),
    notSearched: NOT_SEARCHED,
    cases: find(held.cases),
    saved,
    products,
    displays,
    alertWork,
    lookouts,
    disseminations,
  }
}

function finder(plates: readonly string[], words: readonly string[]): (value: unknown) => string[] {
  const whereIs = plates.map((plate) => [plate, plateFinder(plate)] as const)
  const wanted = words.map((word) => word.toLowerCase())
  return (value) => {
    const found = whereIs.flatMap(([plate, find]) => find(value).map((path) => `${plate} in ${path}`))
    for (const { path, text } of stringsIn(value)) {
      const lower = text.toLowerCase()
      for (const word of wanted) if (lower.includes(word)) found.push(`"${word}" in ${path}`)
    }
    return found
  }
}

/** Number of records found, by kind. */
export function foundCounts(account: HeldAccount): Record<string, number> {
  const { cases, saved, products, displays, alertWork, lookouts, disseminations } = account
  const kinds = { cases, saved, products, displays, alertWork, lookouts, disseminations }
  return Object.fromEntries(Object.entries(kinds).map(([kind, things]) => [kind, things.length]))
}
