import type { Answer } from '../../../api/client.ts'
import { nameOf } from '../../../shell/directory.ts'
import { type Draft, draftOf, isEqual } from '../editor/draft.ts'
import { ownTimeZone } from '../editor/time-zone.ts'
import { valueText } from '../editor/value-text.ts'
import { texts } from '../texts.ts'
import type { Display } from '../types.ts'

export type Whole = Answer<'/v1/displays/{id}/history'>
export type Step = Whole['steps'][number]
type Values = Step['before']

interface Change {
  key: string
  name: string
  from: string
  to: string
}

/** What a step changed, field by field, with the form's names. @param display any version of it */
export function changesOf(display: Display, { before, after }: Step): Change[] {
  const [was, is] = [draftAt(display, before), draftAt(display, after)]
  const keys = (Object.keys(was) as (keyof Draft)[]).filter((key) => !isEqual(was[key], is[key]))
  return [
    ...(before.owner && after.owner
      ? [{ key: 'owner', name: texts.detail.owner, from: nameOf(before.owner), to: nameOf(after.owner) }]
      : []),
    ...keys.map((key) => ({
      key,
      name: texts.merge.fields[key],
      from: valueText(key, was),
      to: valueText(key, is),
    })),
  ]
}

const draftAt = (display: Display, { minProbability, only, strict, portsOfEntry, ...plain }: Values): Draft =>
  draftOf(
    {
      ...display,
      ...plain,
      ...(minProbability !== undefined && { minProbability: minProbability ?? undefined }),
      ...(only !== undefined && { only: only ?? undefined }),
      ...(strict !== undefined && { strict: strict ?? undefined }),
      ...(portsOfEntry !== undefined && { portsOfEntry: portsOfEntry ?? undefined }),
    },
    ownTimeZone(),
  )
