import type { Ref } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Write } from '../../../api/use-write.ts'
import { me } from '../../../shell/session.ts'
import { Button } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import { ProblemBox } from '../../../ui/states.tsx'
import { type AlertWork, type Entry, triesOf } from '../feed/entry.ts'
import { texts } from '../texts.ts'
import { RegionSelect } from './region-select.tsx'
import type { Verification } from './steps.ts'

interface Props {
  entry: Entry
  step: Write<Verification, AlertWork>
  field: Ref<HTMLInputElement>
  /** Whether the picture was loaded after the user claimed the alert. Until then, typed text waits. */
  isSeen: boolean
  reject: () => void
}

/** Number of different readings after which another person has to look (api/alerts/work.ts). */
const MAX_TRIES = 2

/** Where a person types the plate that the picture shows; Enter verifies. */
export function TypeForm({ entry, step, field, isSeen, reject }: Props) {
  const words = texts.compare
  const tries = triesOf(entry.work, me.value)
  const differs = step.problem?.code === 'PLATE_DIFFERS'
  const form = useRef<HTMLFormElement>(null)
  const [isWaiting, wait] = useState(false)
  useEffect(() => {
    if (!isSeen || !isWaiting) return
    wait(false)
    form.current?.requestSubmit()
  }, [isSeen, isWaiting])
  useEffect(() => {
    // The next attempt starts empty, so that nobody corrects a text until it fits.
    if (differs && field && 'current' in field && field.current) {
      field.current.value = ''
      field.current.focus()
    }
  }, [step.problem])
  if (tries >= MAX_TRIES) {
    return (
      <>
        <p role="alert">{words.noTries}</p>
        <Button kind="danger" onClick={reject}>
          {words.reject}
        </Button>
      </>
    )
  }
  return (
    <form
      class="alert-form"
      ref={form}
      onSubmit={(event) => {
        event.preventDefault()
        if (!isSeen) return wait(true)
        const values = new FormData(event.currentTarget)
        const region = String(values.get('region'))
        step.submit({ plate: String(values.get('plate')).trim(), ...(region && { region }) })
      }}
    >
      <Field label={words.question} hint={words.why}>
        <input
          ref={field}
          name="plate"
          class="alert-input"
          required
          maxLength={30}
          pattern=".*[A-Za-z0-9].*"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          placeholder={words.placeholder}
          onKeyDown={(event) => event.key === 'Escape' && document.getElementById('alerts-list')?.focus()}
        />
      </Field>
      <RegionSelect />
      {differs && (
        <div class="problem" role="alert">
          <div>
            <p>{words.differs}</p>
            <p class="problem-hint">{words.triesLeft(MAX_TRIES - tries)}</p>
          </div>
        </div>
      )}
      {step.problem && !differs && <ProblemBox problem={step.problem} />}
      <div class="form-actions">
        <Button type="submit" kind="primary" busy={step.busy || isWaiting}>
          {words.verify}
        </Button>
        <Button onClick={reject}>{words.reject}</Button>
      </div>
    </form>
  )
}
