import { useState } from 'preact/hooks'
import { answer, answerWithEtag, api, type Body } from '../../api/client.ts'
import { useWrite } from '../../api/use-write.ts'
import { toast } from '../../shell/toasts.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { Form } from '../../ui/form.tsx'
import { Icon } from '../../ui/icon.tsx'
import { When } from '../../ui/when.tsx'
import { refusal } from './ask.ts'
import type { Case } from './pages.ts'
import { placeText } from './place.ts'
import { change } from './state.ts'
import { texts } from './texts.ts'
import type { SearchBody } from './wanted.ts'
import { localOf } from './window.ts'

type NewPlaceSearch = Body<'/v1/cases/{id}/place-searches'>

const words = texts.approval

/** A second person must approve the search: requests that (QRY-6). */
export function AskApproval({ one, body }: { one: Case; body: SearchBody }) {
  const [isOpen, setOpen] = useState(false)
  const { area, from, to } = body
  if (!area || !from || !to) return null
  return (
    <div class="notice search-notice">
      <Icon name="person" />
      <div>
        <p>
          <b>{words.title}</b> {words.why}
        </p>
        <Button onClick={() => setOpen(true)}>{words.ask}</Button>
      </div>
      {isOpen && (
        <ApprovalDialog one={one} body={{ ...body, area, from, to }} onClose={() => setOpen(false)} />
      )}
    </div>
  )
}

interface DialogProps {
  one: Case
  body: SearchBody & Pick<NewPlaceSearch, 'area' | 'from' | 'to'>
  onClose: () => void
}

function ApprovalDialog({ one, body: { area, vehicle, from, to }, onClose }: DialogProps) {
  const write = useWrite(
    async (body: NewPlaceSearch, key) => {
      const path = { id: one.id }
      const { etag } = await answerWithEtag(api.GET('/v1/cases/{id}', { params: { path } }))
      const header = { 'idempotency-key': key, 'if-match': etag }
      return answer(api.POST('/v1/cases/{id}/place-searches', { body, params: { path, header } }))
    },
    {
      refresh: [['cases']],
      done: () => {
        // Keep the form's window as requested: a minute later it would be a different one.
        change({ window: { kind: 'span', from: localOf(new Date(from)), to: localOf(new Date(to)) } })
        refusal.value = null
        toast(words.asked)
        onClose()
      },
    },
  )
  return (
    <Dialog title={words.dialog} onClose={onClose}>
      <p>{words.why}</p>
      <dl class="search-what">
        <dt>{words.what}</dt>
        <dd>{[placeText(area), ...(vehicle ? [Object.values(vehicle).join(' ')] : [])].join(' · ')}</dd>
        <dd>
          <When at={from} /> – <When at={to} />
        </dd>
      </dl>
      <Form
        submit={words.submit}
        busy={write.busy}
        problem={write.problem}
        onSubmit={(values) =>
          write.submit({ area, from, to, reason: String(values.get('reason')), ...(vehicle && { vehicle }) })
        }
      >
        <Field label={words.reason} hint={words.reasonHint}>
          <textarea name="reason" required minLength={20} maxLength={1000} rows={3} />
        </Field>
      </Form>
    </Dialog>
  )
}
