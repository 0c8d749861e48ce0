import { portOfEntry } from '@sightline/schemas/ports-of-entry'
import { texts as shell } from '../../../shell/texts.ts'
import { areaText } from '../detail/only-text.ts'
import { texts } from '../texts.ts'
import type { Draft } from './draft.ts'

/** A field of the form in words. */
export function valueText(key: keyof Draft, draft: Draft): string {
  const text = textOf(key, draft)
  return text === '' ? texts.merge.nothing : text
}

function textOf(key: keyof Draft, draft: Draft): string {
  switch (key) {
    case 'priority':
      return shell.priority[draft.priority]
    case 'area':
      return draft.area ? areaText(draft.area) : ''
    case 'days':
      return draft.days.map((day) => texts.editor.dayNames[day]).join(', ')
    case 'kinds':
      return draft.kinds.map((kind) => texts.editor.kindNames[kind]).join(', ')
    case 'ownerTypes':
      return draft.ownerTypes.map((type) => texts.editor.ownerTypeNames[type]).join(', ')
    case 'ports':
      return draft.ports.map((code) => portOfEntry(code)?.name ?? code).join(', ')
    case 'strict':
      return draft.strict ? texts.editor.strict : ''
    case 'minConfidence':
    case 'minProbability':
      return draft[key] && `${draft[key]}%`
    default:
      return draft[key]
  }
}
