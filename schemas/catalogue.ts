import type { TSchema } from 'typebox'
import { AccessFile } from './access-request.ts'
import { Alert } from './alert.ts'
import { AuditRecord } from './audit-record.ts'
import { CameraHealth } from './camera-health.ts'
import { Display } from './display.ts'
import { EdgeAgent } from './edge-agent.ts'
import { Mail } from './mail.ts'
import { Person } from './person.ts'
import { Read } from './read.ts'
import { Session, SignOnTries } from './session.ts'
import { Sightings } from './sightings.ts'
import {
  ACCESS,
  ALERTS,
  AUDIT,
  DISPLAYS,
  EDGE_AGENTS,
  HEALTH,
  MAIL,
  PEOPLE,
  READS,
  SESSIONS,
  SIGHTINGS,
  SIGN_ON_TRIES,
} from './streams.ts'
import { alertSubject, auditSubject, healthSubject, readSubject, sightingsSubject } from './subjects.ts'
import {
  CompanionsAnswer,
  CompanionsRequest,
  VendorSearchAnswer,
  VendorSearchRequest,
} from './vendor-search.ts'

/** A message as the reference shows it. */
export interface CatalogueEntry {
  /** Name of its schema file. */
  name: string
  schema: TSchema
  /** Where it travels. */
  where: string
}

/** Every message between the parts, in the order in which a read meets them. */
export const CATALOGUE: readonly CatalogueEntry[] = [
  { name: 'read-1', schema: Read, where: `stream ${READS}, subject ${readSubject('<source>', '<camera>')}` },
  { name: 'display-1', schema: Display, where: `key-value bucket ${DISPLAYS}, key <display id>` },
  { name: 'alert-1', schema: Alert, where: `stream ${ALERTS}, subject ${alertSubject('<display>')}` },
  {
    name: 'sightings-1',
    schema: Sightings,
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
  { name: 'mail-1', schema: Mail, where: `key-value bucket ${MAIL}, key <mail id>` },
  {
    name: 'audit-record-1',
    schema: AuditRecord,
    where: `stream ${AUDIT}, subject ${auditSubject('<actor>')}`,
  },
  { name: 'vendor-search-request-1', schema: VendorSearchRequest, where: 'POST /v1/search of a vendor' },
  { name: 'vendor-search-answer-1', schema: VendorSearchAnswer, where: 'its answer' },
  {
    name: 'vendor-companions-request-1',
    schema: CompanionsRequest,
    where: 'POST /v1/companions of a vendor',
  },
  { name: 'vendor-companions-answer-1', schema: CompanionsAnswer, where: 'its answer' },
]
