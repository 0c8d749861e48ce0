import type { Schema } from '../../../api/client.ts'
import { Tag } from '../../../ui/tag.tsx'
import { instantText } from '../../../ui/time.ts'
import { texts } from '../texts.ts'

type Person = Schema<'PersonView'>
const words = texts.people

/** A notice before a change that may have to wait for the person's veto (ACC-7). */
export function leadOf({ state, pending }: Person, kind: 'sign-on' | 'email', lead: string): string {
  if (state === 'invited') return lead
  return `${lead} ${pending?.kind === kind ? words.waits(instantText(new Date(pending.dueAt))) : words.willWait}`
}

/** Says that a change waits, and until when. */
export function PendingTag({ pending }: Pick<Person, 'pending'>) {
  if (!pending) return null
  return (
    <Tag kind="warn">
      <span title={words.waits(instantText(new Date(pending.dueAt)))}>{words.pending[pending.kind]}</span>
    </Tag>
  )
}
