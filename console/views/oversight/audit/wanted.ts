import type { Body } from '../../../api/client.ts'

export type Wanted = Body<'/v1/oversight/audit/export'>
const TEXTS = ['person', 'plate', 'case', 'subject', 'action'] as const

/** What the form says, without what was left empty; times are in the viewer's zone. */
export function wantedOf(values: FormData): Wanted {
  const wanted: Record<string, string> = {}
  for (const name of TEXTS) {
    const text = String(values.get(name) ?? '').trim()
    if (text) wanted[name] = text
  }
  for (const name of ['from', 'to']) {
    const text = String(values.get(name) ?? '')
    if (text) wanted[name] = new Date(text).toISOString()
  }
  return wanted as Wanted
}
