import type { Link } from '@sightline/broker/link'
import type { Logger } from '@sightline/runtime/log'
import { type Dissemination, disseminationParser } from '@sightline/schemas/dissemination'
import { type Lookout, lookoutParser } from '@sightline/schemas/lookout'
import { type Product, productParser } from '@sightline/schemas/product'
import { DISSEMINATIONS, LOOKOUTS, PRODUCTS } from '@sightline/schemas/streams'
import { openMirrored, openMirroredErasable } from '../shared/mirror-records.ts'
import type { ErasableRecords, Records } from '../shared/records.ts'
import { openSaved, type SavedStore } from './saved-store.ts'
import { type CaseStore, openCases } from './store.ts'

/** All stores about cases and their results. */
export interface CaseStores {
  cases: CaseStore
  saved: SavedStore
  products: ErasableRecords<Product>
  lookouts: ErasableRecords<Lookout>
  disseminations: Records<Dissemination>
}

const keyOf = ({ id }: { id: string }) => id

/** @throws BROKER_UNREACHABLE, BROKER_FAILED */
export async function openCaseStores(link: Link, log: Logger, stop: AbortSignal): Promise<CaseStores> {
  return {
    cases: await openCases(link, log, stop),
    saved: await openSaved(link, log),
    products: await openMirroredErasable(
      link,
      { store: PRODUCTS, parser: productParser, what: 'product', keyOf },
      { things: 'products', log, stop },
    ),
    lookouts: await openMirroredErasable(
      link,
      { store: LOOKOUTS, parser: lookoutParser, what: 'lookout', keyOf },
      { things: 'lookouts', log, stop },
    ),
    disseminations: await openMirrored(
      link,
      { store: DISSEMINATIONS, parser: disseminationParser, what: 'dissemination', keyOf },
      { things: 'disseminations', log, stop },
    ),
  }
}
