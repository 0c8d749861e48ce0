import type { Body } from '../../../api/client.ts'
import { personIn } from '../../../ui/people.ts'

export type Wanted = Body<'/v1/oversight/audit/export'>
const TEXTS = ['person', 'plate', 'case', 'subject', 'action'] as const

/**
 * The form's conditions, without empty ones; times are in the viewer's zone.
 * @param known people who may be entered by name; any other text counts as an id, e.g. of a closed account
 */
export function wantedOf(values: FormData, known: Parameters<typeof personIn>[1] = []): Wanted {
  const wanted: Record<string, string> = {}
  for (const name of TEXTS) {
    const text = String(values.get(name) ?? '').trim()
    if (text) wanted[name] = (name === 'person' && personIn(text, known)) || text
  }
  for (const name of ['from', 'to']) {
    const text = String(values.get(name) ?? '')
    if (text) wanted[name] = new Date(text).toISOString()
  }
  return wanted as Wanted
}
