import { useRef, useState } from 'preact/hooks'
import type { Write } from '../../../api/use-write.ts'
import { texts as shell } from '../../../shell/texts.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { Form } from '../../../ui/form.tsx'
import { Picture } from '../../../ui/picture.tsx'
import { pictureOf } from '../detail/pictures.tsx'
import { RegionSelect } from '../detail/region-select.tsx'
import type { Rejection } from '../detail/steps.ts'
import type { AlertWork, Entry } from '../feed/entry.ts'
import { texts } from '../texts.ts'
import './reject-dialog.css'
import { useDone } from './use-done.ts'

interface Props {
  entry: Entry
  step: Write<Rejection, AlertWork>
  onClose: () => void
}

/** Rejects an alert: what the picture really shows, and why (DSP-7). */
export function RejectDialog({ entry, step, onClose }: Props) {
  const words = texts.reject
  const [shows, setShows] = useState<'another' | 'unreadable'>('another')
  const reason = useRef<HTMLTextAreaElement>(null)
  useDone(step, onClose)
  return (
    <Dialog title={words.title} wide onClose={onClose}>
      <div class="alerts-reject">
        <div class="alerts-reject-picture">
          <Picture {...pictureOf(entry.alert, 'plate')} />
          <p>{words.lead}</p>
        </div>
        <Form
          submit={words.submit}
          kind="danger"
          busy={step.busy}
          problem={step.problem}
          actions={<Button onClick={onClose}>{shell.cancel}</Button>}
          onSubmit={(values) => {
            const region = String(values.get('region') ?? '')
            const plate = shows === 'another' ? String(values.get('plate')).trim() : null
            step.submit({ plate, reason: String(values.get('reason')).trim(), ...(region && { region }) })
          }}
        >
          <fieldset class="alerts-choices">
            <legend class="legend">{words.shows}</legend>
            {(['another', 'unreadable'] as const).map((kind) => (
              <label key={kind} class="choice">
                <input type="radio" name="shows" checked={shows === kind} onChange={() => setShows(kind)} />
                {words[kind]}
              </label>
            ))}
          </fieldset>
          {shows === 'another' && (
            <>
              <Field label={words.plate}>
                <input
                  name="plate"
                  class="alert-input"
                  required
                  maxLength={30}
                  pattern=".*[A-Za-z0-9].*"
                  autocomplete="off"
                  spellcheck={false}
                />
              </Field>
              <RegionSelect />
            </>
          )}
          <Field label={words.reason} hint={words.reasonHint}>
            <textarea ref={reason} name="reason" required minLength={10} maxLength={500} />
          </Field>
          <fieldset class="alerts-quick">
            <legend class="field-hint">{words.quick}</legend>
            {words.reasons[shows].map((text) => (
              <Button
                key={text}
                onClick={() => {
                  if (reason.current) reason.current.value = text
                }}
              >
                {text}
              </Button>
            ))}
          </fieldset>
        </Form>
      </div>
    </Dialog>
  )
}
