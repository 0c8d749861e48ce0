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
    for (const { id } of displays.select((one) => covers(one.plate, plate))) ofPlate.add(id)
    for (const lookout of allLookouts) if (lookout.plate === plate) ofPlate.add(lookout.id)
  }
  if (name !== undefined) {
    const refs = new Set([name, ...cases.select(({ id }) => id === name).map(({ caseRef }) => caseRef)])
    const ids = new Set(cases.select((one) => one.id === name || refs.has(one.caseRef)).map(({ id }) => id))
    const isOf = (text: string) => refs.has(text) || ids.has(text)
    for (const each of [...refs, ...ids]) ofCase.add(each)
    for (const { id } of displays.select(({ caseRef }) => isOf(caseRef))) ofCase.add(id)
    for (const { id, case: of } of allLookouts) if (ids.has(of)) ofCase.add(id)
    for (const { id, workspace } of await valuesOf(products)) if (ids.has(workspace)) ofCase.add(id)
  }
  return { ofPlate, ofCase }
}
