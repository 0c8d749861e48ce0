import { useState } from 'preact/hooks'
import { answer, api } from '../../../api/client.ts'
import { Colleagues } from '../../../shell/colleagues.tsx'
import { nameOf } from '../../../shell/directory.ts'
import { navigate } from '../../../shell/navigate.ts'
import { may, me } from '../../../shell/session.ts'
import { AskDialog } from '../../../ui/ask-dialog.tsx'
import { Button } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import { Person } from '../../../ui/person.tsx'
import { ReasonDialog, ReasonField } from '../keep-dialogs.tsx'
import { idIn, textIn, useStep } from '../steps.ts'
import { texts } from '../texts.ts'
import type { Case } from '../types.ts'

/** Who takes part in a case: its owner names them, and each may leave (ACC-8). */
export function People({ one }: { one: Case }) {
  const words = texts.people
  const [adding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<string | null>(null)
  const isOwner = one.owner === me.value && may('case.change')
  return (
    <section class="card">
      <h2>{words.heading}</h2>
      <ul class="cases-plain">
        <li>
          <Person id={one.owner} named />
          <span class="cases-note">{words.is(words.owner, one.owner === me.value)}</span>
        </li>
        {one.members.map((id) => (
          <li key={id}>
            <Person id={id} named />
            <span class="cases-note">{words.is(words.member, id === me.value)}</span>
            {isOwner && (
              <Button kind="quiet" aria-label={words.removeOf(nameOf(id))} onClick={() => setRemoving(id)}>
                {words.remove}
              </Button>
            )}
            {id === me.value && (
              <Button kind="quiet" onClick={() => setRemoving(id)}>
                {words.leave}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {one.kind === 'event' && <p class="cases-note">{words.event}</p>}
      {isOwner && one.kind !== 'event' && one.state === 'open' && (
        <p>
          <Button icon="plus" onClick={() => setAdding(true)}>
            {words.add}
          </Button>
        </p>
      )}
      {adding && <AddDialog id={one.id} onClose={() => setAdding(false)} />}
      {removing && <RemoveDialog id={one.id} person={removing} onClose={() => setRemoving(null)} />}
    </section>
  )
}

function AddDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const words = texts.people
  const step = useStep(
    (body: { person: string; reason: string }, header) =>
      answer(api.POST('/v1/cases/{id}/members', { body, params: { path: { id }, header } })),
    { said: words.added, done: onClose },
  )
  return (
    <AskDialog
      {...{ title: words.addTitle, lead: words.addLead, submit: words.addSubmit, step, onClose }}
      input={(values) => ({ person: idIn(values, 'person'), reason: textIn(values, 'reason') })}
    >
      <Field label={words.person} hint={texts.personHint}>
        <input
          name="person"
          required
          maxLength={64}
          list="cases-people"
          autocomplete="off"
          spellcheck={false}
        />
      </Field>
      <Colleagues id="cases-people" />
      <ReasonField label={words.reason} />
    </AskDialog>
  )
}

function RemoveDialog({ id, person, onClose }: { id: string; person: string; onClose: () => void }) {
  const words = texts.people
  const isMe = person === me.value
  const step = useStep(
    (body: { reason: string }, header) =>
      answer(
        api.POST('/v1/cases/{id}/members/{person}/removal', {
          body,
          params: { path: { id, person }, header },
        }),
      ),
    { said: words.removed, done: isMe ? () => navigate('/cases') : onClose },
  )
  return (
    <ReasonDialog
      title={isMe ? words.leaveTitle : words.removeTitle(nameOf(person))}
      lead={isMe ? words.leaveLead : words.removeLead}
      reason={words.removeReason}
      submit={isMe ? words.leave : words.remove}
      kind="danger"
      {...{ step, onClose }}
    />
  )
}
