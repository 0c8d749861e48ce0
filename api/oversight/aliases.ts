import { valuesOf } from '../shared/records.ts'
import type { Aliases, AuditWanted } from './find.ts'
import type { OversightDeps } from './open.ts'
import { covers } from './plates.ts'

/**
 * Ids by which records refer to a plate or a case without naming it: of the plate's displays and lookouts, of the case
 * and its contents. Deleted ones are found only by plate or reference.
 */
export async function aliasesOf(
  {
    displays,
    cases,
    lookouts,
    products,
  }: Pick<OversightDeps, 'displays' | 'cases' | 'lookouts' | 'products'>,
  { plate, case: name }: Pick<AuditWanted, 'plate' | 'case'>,
): Promise<Aliases> {
  const ofPlate = new Set<string>()
  const ofCase = new Set<string>()
  if (plate === undefined && name === undefined) return { ofPlate, ofCase }
  const allLookouts = await valuesOf(lookouts)
  if (plate !== undefined) {
    for (const display of displays.all()) if (covers(display.plate, plate)) ofPlate.add(display.id)
    for (const lookout of allLookouts) if (lookout.plate === plate) ofPlate.add(lookout.id)
  }
  if (name !== undefined) {
    const known = await valuesOf(cases)
    const refs = new Set([name, ...known.filter(({ id }) => id === name).map(({ caseRef }) => caseRef)])
    const ids = new Set(
      known.filter(({ id, caseRef }) => id === name || refs.has(caseRef)).map(({ id }) => id),
    )
    for (const each of [...refs, ...ids]) ofCase.add(each)
    for (const { id, caseRef } of displays.all()) if (refs.has(caseRef) || ids.has(caseRef)) ofCase.add(id)
    for (const { id, case: of } of allLookouts) if (ids.has(of)) ofCase.add(id)
    for (const { id, workspace } of await valuesOf(products)) if (ids.has(workspace)) ofCase.add(id)
  }
  return { ofPlate, ofCase }
}
