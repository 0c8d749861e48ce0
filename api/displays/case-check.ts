import type { Clock } from '@sightline/runtime/clock'
import type { Case } from '@sightline/schemas/case'
import type { Display } from '@sightline/schemas/display'
import { isPattern } from '@sightline/schemas/display-rules'
import { SightlineError } from '@sightline/schemas/errors'
import { fitsPattern } from '../alerts/compare.ts'
import { isOngoing, names, noUsableCase, usableCases } from '../cases/gate.ts'
import type { CaseStore } from '../cases/store.ts'

type Matter = Pick<Display, 'caseRef' | 'plate'>

/**
 * Decides whether a person may keep a display for its case (DSP-1): a case that they may use, that is open and names
 * the plate. Called when a display is stored, changed, validated, or handed over.
 * @returns instant until which the case is kept; the display lasts no longer
 * @throws NOT_ALLOWED, CASE_CLOSED, SUBJECT_NOT_NAMED saying which rule refuses and what to do
 */
export type DisplayCase = (person: string, display: Matter) => Promise<string>

export function createDisplayCase(cases: Pick<CaseStore, 'select' | 'find'>, clock: Clock): DisplayCase {
  return async (person, display) => {
    const now = clock()
    let until = ''
    let refused: SightlineError | undefined
    for await (const one of usableCases(cases, { id: person }, display.caseRef, now)) {
      if (!isOngoing(one, now)) refused ??= closedCase(one)
      else if (!namesPlate(one, display.plate)) refused ??= notNamed(one, display.plate)
      else if (one.retention.until > until) until = one.retention.until
    }
    if (until !== '') return until
    throw refused ?? noUsableCase(display.caseRef, 'DSP-1', 'Open a case that names the plate')
  }
}

/**
 * Whether a case names what a display watches (QRY-6): the plate; for a pattern, a plate that it covers, or the vehicle
 * or place that the matter is about. The display's reason explains the pattern, and oversight reviews it (DSP-4).
 */
export const namesPlate = (one: Case, plate: string): boolean =>
  names(one, (about) => ('plate' in about ? fitsPattern(plate, about.plate) : isPattern(plate)))

const closedCase = ({ id }: Case): SightlineError =>
  new SightlineError('CASE_CLOSED', `the case ${id} is closed (DSP-1)`, {
    hint: 'A watchlist entry needs an open case. The owner may reopen this one.',
  })

const notNamed = ({ id }: Case, plate: string): SightlineError =>
  new SightlineError('SUBJECT_NOT_NAMED', `the case ${id} does not name ${whatOf(plate)} (QRY-6)`, {
    hint: 'Add the vehicle or place to the case, then save.',
  })

const whatOf = (plate: string): string =>
  isPattern(plate) ? 'a plate that this pattern covers, nor a vehicle or place' : 'this plate'
