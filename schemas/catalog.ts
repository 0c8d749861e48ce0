import type { TSchema } from 'typebox'
import { AccessFile } from './access-request.ts'
import { Alert } from './alert.ts'
import { AlertWork } from './alert-work.ts'
import { AuditRecord } from './audit-record.ts'
import { AuditReview } from './audit-review.ts'
import { CameraHealth } from './camera-health.ts'
import { Case } from './case.ts'
import { Delivery } from './delivery.ts'
import { Display } from './display.ts'
import { Dissemination } from './dissemination.ts'
import { EdgeAgent } from './edge-agent.ts'
import { HeldAccount } from './held-account.ts'
import { Lookout } from './lookout.ts'
import { Mail } from './mail.ts'
import { MisuseSettings } from './misuse.ts'
import { Person } from './person.ts'
import { PictureView } from './picture-view.ts'
import { Product } from './product.ts'
import { Read } from './read.ts'
import { SavedRead } from './saved-read.ts'
import { Session, SignOnTries } from './session.ts'
import { SightingCount } from './sighting-count.ts'
import {
  ACCESS,
  ALERT_WORK,
  ALERTS,
  AUDIT,
  AUDIT_REVIEWS,
  CASES,
  DELIVERIES,
  DISPLAYS,
  DISSEMINATIONS,
  EDGE_AGENTS,
  HEALTH,
  LOOKOUTS,
  MAIL,
  MISUSE_SETTINGS,
  PEOPLE,
  PICTURE_VIEWS,
  PRODUCTS,
  READS,
  SAVED,
  SESSIONS,
  SIGHTINGS,
  SIGN_ON_TRIES,
} from './streams.ts'
import { alertSubject, auditSubject, healthSubject, readSubject, sightingsSubject } from './subjects.ts'
import {
  CamerasAnswer,
  CamerasRequest,
  CompanionsAnswer,
  CompanionsRequest,
  VendorSearchAnswer,
  VendorSearchRequest,
} from './vendor-search.ts'

/** A message as the API reference shows it. */
export interface CatalogEntry {
  /** Name of its schema file. */
  name: string
  schema: TSchema
  /** Where it travels. */
  where: string
}

/** Every message between the parts, in the order of a read's path. */
export const CATALOG: readonly CatalogEntry[] = [
  { name: 'read-1', schema: Read, where: `stream ${READS}, subject ${readSubject('<source>', '<camera>')}` },
  { name: 'display-1', schema: Display, where: `key-value bucket ${DISPLAYS}, key <display id>` },
  { name: 'alert-1', schema: Alert, where: `stream ${ALERTS}, subject ${alertSubject('<display>')}` },
  { name: 'alert-work-1', schema: AlertWork, where: `key-value bucket ${ALERT_WORK}, key <alert id>` },
  {
    name: 'picture-view-1',
    schema: PictureView,
    where: `key-value bucket ${PICTURE_VIEWS}, key <hash of person and picture>`,
  },
  { name: 'delivery-1', schema: Delivery, where: `key-value bucket ${DELIVERIES}, key <delivery id>` },
  {
    name: 'sightings-1',
    schema: SightingCount,
    where: `stream ${SIGHTINGS}, subject ${sightingsSubject('<alert>')}`,
  },
  {
    name: 'camera-health-1',
    schema: CameraHealth,
    where: `stream ${HEALTH}, subject ${healthSubject('<camera>')}`,
  },
  { name: 'edge-agent-1', schema: EdgeAgent, where: `key-value bucket ${EDGE_AGENTS}, key <agent name>` },
  { name: 'person-1', schema: Person, where: `key-value bucket ${PEOPLE}, key <person id>` },
  { name: 'access-file-1', schema: AccessFile, where: `key-value bucket ${ACCESS}, key <person id>` },
  { name: 'session-1', schema: Session, where: `key-value bucket ${SESSIONS}, key <hash of the token>` },
  {
    name: 'sign-on-tries-1',
    schema: SignOnTries,
    where: `key-value bucket ${SIGN_ON_TRIES}, key <hash of the name>`,
  },
  { name: 'case-1', schema: Case, where: `key-value bucket ${CASES}, key <case id>` },
  { name: 'saved-read-1', schema: SavedRead, where: `key-value bucket ${SAVED}, key <case>.<read>` },
  { name: 'product-1', schema: Product, where: `key-value bucket ${PRODUCTS}, key <product id>` },
  { name: 'lookout-1', schema: Lookout, where: `key-value bucket ${LOOKOUTS}, key <lookout id>` },
  { name: 'dissemination-1', schema: Dissemination, where: `key-value bucket ${DISSEMINATIONS}, key <id>` },
  { name: 'mail-1', schema: Mail, where: `key-value bucket ${MAIL}, key <mail id>` },
  {
    name: 'audit-record-1',
    schema: AuditRecord,
    where: `stream ${AUDIT}, subject ${auditSubject('<actor>')}`,
  },
  { name: 'audit-review-1', schema: AuditReview, where: `key-value bucket ${AUDIT_REVIEWS}, key <quarter>` },
  {
    name: 'misuse-settings-1',
    schema: MisuseSettings,
    where: `key-value bucket ${MISUSE_SETTINGS}, key current`,
  },
  { name: 'held-account-1', schema: HeldAccount, where: 'POST /v1/oversight/accounts of the api' },
  { name: 'vendor-search-request-1', schema: VendorSearchRequest, where: 'POST /v1/search of a vendor' },
  { name: 'vendor-search-answer-1', schema: VendorSearchAnswer, where: 'its answer' },
  {
    name: 'vendor-companions-request-1',
    schema: CompanionsRequest,
    where: 'POST /v1/companions of a vendor',
  },
  { name: 'vendor-companions-answer-1', schema: CompanionsAnswer, where: 'its answer' },
  { name: 'vendor-cameras-request-1', schema: CamerasRequest, where: 'POST /v1/cameras of a vendor' },
  { name: 'vendor-cameras-answer-1', schema: CamerasAnswer, where: 'its answer' },
]
