import { SightlineError } from '../../schemas/errors.ts'
import type { FederatedSearchRequest } from '../../schemas/federated-search.ts'
import type { Matter } from '../../schemas/matter.ts'
import type { Actor } from '../access/permit.ts'

/** What a query is about: plates, places or vehicles that a case must name (QRY-6). */
export type QuerySubject = Pick<
  FederatedSearchRequest,
  'plate' | 'pattern' | 'area' | 'vehicle' | 'from' | 'to'
>

/** Decides whether a person may ask about a subject for a matter. */
export interface CaseGate {
  /**
   * Settles when they may; nothing was asked before.
   * @throws NOT_ALLOWED, RULE_BROKEN, NOT_FOUND saying which rule refuses and how to mend it
   */
  mayQuery(actor: Actor, matter: Matter, subject: QuerySubject): Promise<void>
}

/**
 * The gate while no cases are kept: it refuses everybody but the development token, which no api that others reach
 * takes. What it can tell without a case it checks: a purpose in words (QRY-5), and no search without a plate, a place
 * and a window (QRY-6).
 */
export const DEVELOPMENT_GATE: CaseGate = {
  async mayQuery(actor, { purpose }, { plate, area, from, to }) {
    if (actor.session !== null) {
      throw new SightlineError('NOT_ALLOWED', 'no case names this subject (QRY-5)', {
        hint: 'Cases are not kept yet: only the development token queries vendors.',
      })
    }
    if (new Set(purpose.toLowerCase().match(/\p{L}{2,}/gu)).size < 3) {
      throw new SightlineError('RULE_BROKEN', 'the purpose of a query is stated in words (QRY-5)', {
        hint: 'Say what the query is for, e.g. "Whereabouts of the vehicle after the seizure".',
      })
    }
    if (plate === undefined && !(area && from && to)) {
      throw new SightlineError(
        'RULE_BROKEN',
        'a search without a whole plate needs a place and a window (QRY-6)',
        { hint: 'Give area, from and to; open-ended mining is not what the history is for.' },
      )
    }
  },
}
