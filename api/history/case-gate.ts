import type { FederatedSearchRequest } from '@sightline/schemas/federated-search'
import type { Matter } from '@sightline/schemas/matter'
import type { Actor } from '../access/permit.ts'

/** What a query is about: plates, places or vehicles that a case must name (QRY-6). */
export type QuerySubject = Pick<
  FederatedSearchRequest,
  'plate' | 'pattern' | 'area' | 'vehicle' | 'from' | 'to'
>

/** Decides whether a person may query a subject for a matter. */
export interface CaseGate {
  /**
   * Settles when they may; call it before any vendor is asked.
   * @returns id of the case that allows it
   * @throws NOT_ALLOWED, CASE_CLOSED, SUBJECT_NOT_NAMED, APPROVAL_MISSING, RULE_BROKEN, NOT_FOUND saying which rule
   * refuses and what to do
   */
  mayQuery(actor: Actor, matter: Matter, subject: QuerySubject): Promise<string>
}
