import type { TSchema } from 'typebox'
import { Alert } from './alert.ts'
import { AuditRecord } from './audit-record.ts'
import { CameraHealth } from './camera-health.ts'
import { Display } from './display.ts'
import { EdgeAgent } from './edge-agent.ts'
import { Read } from './read.ts'
import { ALERTS, AUDIT, DISPLAYS, EDGE_AGENTS, HEALTH, READS } from './streams.ts'
import { alertSubject, auditSubject, healthSubject, readSubject } from './subjects.ts'
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
    name: 'camera-health-1',
    schema: CameraHealth,
    where: `stream ${HEALTH}, subject ${healthSubject('<camera>')}`,
  },
  { name: 'edge-agent-1', schema: EdgeAgent, where: `key-value bucket ${EDGE_AGENTS}, key <agent name>` },
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
