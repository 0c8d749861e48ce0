import type { Link } from '@sightline/broker/link'
import type { Logger } from '@sightline/runtime/log'
import { type Dissemination, disseminationReader } from '@sightline/schemas/dissemination'
import { type Lookout, lookoutReader } from '@sightline/schemas/lookout'
import { type Product, productReader } from '@sightline/schemas/product'
import { DISSEMINATIONS, LOOKOUTS, PRODUCTS } from '@sightline/schemas/streams'
import { type ErasableRecords, openErasable, openRecords, type Records } from '../shared/records.ts'
import { openSaved, type SavedStore } from './saved-store.ts'
import { type CaseStore, openCases } from './store.ts'

/** All that is stored about cases and what came of them. */
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
    products: await openErasable(
      link,
      { store: PRODUCTS, reader: productReader, what: 'product', keyOf },
      log,
    ),
    lookouts: await openErasable(
      link,
      { store: LOOKOUTS, reader: lookoutReader, what: 'lookout', keyOf },
      log,
    ),
    disseminations: await openRecords(
      link,
      { store: DISSEMINATIONS, reader: disseminationReader, what: 'dissemination', keyOf },
      log,
    ),
  }
}
