import type { KeyObject } from 'node:crypto'
import { join } from 'node:path'
import type { Link } from '@sightline/broker/link'
import type { Clock } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import { type AuditReview, auditReviewParser } from '@sightline/schemas/audit-review'
import { type MisuseSettings, misuseSettingsParser } from '@sightline/schemas/misuse'
import { AUDIT_REVIEWS, MISUSE_SETTINGS } from '@sightline/schemas/streams'
import type { AlertWorkStore } from '../alerts/work-store.ts'
import type { AuditLog } from '../audit/log.ts'
import { type ChainState, chainState } from '../audit/state.ts'
import type { CaseStores } from '../cases/stores.ts'
import type { DisplayStore } from '../displays/store.ts'
import type { PeopleStores } from '../people/stores.ts'
import { openRecords, type Records } from '../shared/records.ts'
import { type AuditLookup, createAuditLookup } from './audit-lookup.ts'
import { checkPart, type PartCheck } from './chain-check.ts'
import { type AuditIndex, openAuditIndex } from './index/audit-index.ts'

/** Oversight's own stores. */
export interface OversightStores {
  auditLookup: AuditLookup
  auditIndex: AuditIndex
  /** State of the audit log. @throws BROKER_UNREACHABLE, BROKER_FAILED */
  auditChain(): Promise<ChainState>
  /** Checks a part of it, up to a message (without it, the end). @throws BROKER_UNREACHABLE, BROKER_FAILED */
  auditCheck(upTo?: number): Promise<PartCheck>
  reviews: Records<AuditReview>
  /** One value, with the key `current`. */
  misuseSettings: Records<MisuseSettings>
}

/** What oversight works with: its own stores, and those of others to read. */
export interface OversightDeps extends OversightStores, CaseStores, Pick<PeopleStores, 'people' | 'access'> {
  audit: AuditLog
  clock: Clock
  displays: Pick<DisplayStore, 'all' | 'select'>
  alertWork: Pick<AlertWorkStore, 'all'>
}

const REVIEWS = {
  store: AUDIT_REVIEWS,
  parser: auditReviewParser,
  what: 'review of the audit log',
  keyOf: ({ quarter }: AuditReview) => quarter,
}
const SETTINGS = { store: MISUSE_SETTINGS, parser: misuseSettingsParser, what: 'statement about misuse' }

export interface OversightOptions {
  /** Of the audit log's signatures. */
  auditKey: KeyObject
  /** Folder of the api's own files. */
  dataDir: string
  log: Logger
  /** Ends the index of the audit log. */
  stop: AbortSignal
}

/** @throws BROKER_UNREACHABLE, BROKER_FAILED */
export async function openOversight(link: Link, options: OversightOptions): Promise<OversightStores> {
  const { auditKey, dataDir, log, stop } = options
  return {
    auditLookup: createAuditLookup(link),
    auditChain: () => chainState(link),
    auditCheck: (upTo) => checkPart(link, auditKey, upTo),
    reviews: await openRecords(link, REVIEWS, log),
    misuseSettings: await openRecords(link, SETTINGS, log),
    auditIndex: openAuditIndex(link, { folder: join(dataDir, 'audit-index'), log, stop }),
  }
}
