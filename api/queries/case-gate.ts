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
   * @returns id of the case that allows it; null without one, in development
   * @throws NOT_ALLOWED, RULE_BROKEN, NOT_FOUND saying which rule refuses and how to mend it
   */
  mayQuery(actor: Actor, matter: Matter, subject: QuerySubject): Promise<string | null>
}

/**
 * The gate for the development token where no case is kept: the demonstration asks without one. No api that others
 * reach takes that token. What it can tell without a case it checks: no search without a plate, a place and a window
 * (QRY-6); that the purpose is stated in words, who calls it has checked (QRY-5).
 */
export const DEVELOPMENT_GATE: CaseGate = {
  async mayQuery(actor, _matter, { plate, area, from, to }) {
    if (actor.session !== null) {
      throw new SightlineError('NOT_ALLOWED', 'no case names this subject (QRY-5)', {
        hint: 'Only the development token queries vendors without a case.',
      })
    }
    if (plate === undefined && !(area && from && to)) {
      throw new SightlineError(
        'RULE_BROKEN',
        'a search without a whole plate needs a place and a window (QRY-6)',
        { hint: 'Give area, from and to; open-ended mining is not what the history is for.' },
      )
    }
    return null
  },
}
