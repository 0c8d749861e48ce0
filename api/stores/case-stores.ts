import type { Link } from '../../broker/link.ts'
import type { Logger } from '../../runtime/log.ts'
import { type Dissemination, disseminationReader } from '../../schemas/dissemination.ts'
import { type Lookout, lookoutReader } from '../../schemas/lookout.ts'
import { type Product, productReader } from '../../schemas/product.ts'
import { DISSEMINATIONS, LOOKOUTS, PRODUCTS } from '../../schemas/streams.ts'
import { type CaseStore, openCases } from './cases.ts'
import { type ErasableRecords, openErasable, openRecords, type Records } from './records.ts'
import { openSaved, type SavedStore } from './saved.ts'

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
