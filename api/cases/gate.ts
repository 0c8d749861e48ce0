import type { Clock } from '@sightline/runtime/clock'
import type { Case } from '@sightline/schemas/case'
import { SightlineError } from '@sightline/schemas/errors'
import { type Actor, type Refusal, refusalError } from '../access/permit.ts'
import type { CaseGate } from '../history/case-gate.ts'
import { type GateRules, mayAsk } from './named.ts'
import { isOver } from './retention.ts'
import type { CaseStore } from './store.ts'
import { standing } from './visibility.ts'

/**
 * The cases with a reference, or with that id, that a person may use; the newest first. Several cases may carry the
 * reference of one matter.
 */
export async function* usableCases(
  cases: Pick<CaseStore, 'select' | 'find'>,
  actor: Pick<Actor, 'id'>,
  caseRef: string,
  now: number,
): AsyncGenerator<Case, void> {
  const mayUse = (one: Case) => standing(actor, one) !== null && !isOver(one.retention, now)
  const found = cases.select((one) => (one.caseRef === caseRef || one.id === caseRef) && mayUse(one))
  for (const { id } of found) {
    // The copy in memory may be behind; the stored case decides.
    const one = (await cases.find(id))?.value
    if (one && mayUse(one)) yield one
  }
}

/** @param requirement that demands a case; @param remedy what to do about it */
export const noUsableCase = (caseRef: string, requirement: string, remedy: string): SightlineError =>
  new SightlineError(
    'NOT_ALLOWED',
    `you have no access to a case ${caseRef}, or there is none (${requirement})`,
    {
      hint: `${remedy} (POST /v1/cases), or ask its owner to add you as a member.`,
    },
  )

/**
 * The gate for queries (QRY-5, QRY-6): a person may query for a case that they may use, that is open and names the
 * subject. Of several cases with one reference, one must allow it.
 */
export function createCaseGate(
  cases: Pick<CaseStore, 'select' | 'find'>,
  rules: GateRules,
  clock: Clock,
): CaseGate {
  return {
    async mayQuery(actor, matter, subject) {
      const { caseRef } = matter
      const now = clock()
      let refused: Refusal | undefined
      for await (const one of usableCases(cases, actor, caseRef, now)) {
        const refusal = mayAsk(one, subject, rules, now)
        if (!refusal) return one.id
        refused ??= refusal
      }
      if (refused) throw refusalError(refused)
      throw noUsableCase(caseRef, 'QRY-5', 'Open a case that names what you search for')
    },
  }
}
