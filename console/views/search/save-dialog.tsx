import { useQueryClient } from '@tanstack/react-query'
import { useMemo, useRef, useState } from 'preact/hooks'
import { answer, api } from '../../api/client.ts'
import { Link } from '../../shell/navigate.ts'
import { toast } from '../../shell/toasts.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { Form } from '../../ui/form.tsx'
import { dayText, instantText } from '../../ui/time.ts'
import type { Case, Row } from './pages.ts'
import { type SaveState, saveAll } from './save-run.ts'
import { chosen, savedInto } from './state.ts'
import { texts } from './texts.ts'

const words = texts.save

interface Props {
  one: Case
  /** The reads that were selected when the dialog opened. */
  rows: readonly Row[]
  onClose: () => void
}

/** Saves chosen reads into the case, saying why they are relevant (QRY-8). */
export function SaveDialog({ one, rows, onClose }: Props) {
  const all = useMemo(() => rows, [])
  const [states, setStates] = useState<ReadonlyMap<string, SaveState>>(new Map())
  const [isBusy, setBusy] = useState(false)
  // A read that is tried again after a failure is saved only once.
  const keys = useRef(new Map(all.map(({ read }) => [read.id, crypto.randomUUID()])))
  const client = useQueryClient()

  const failed = all.filter(({ read }) => states.get(read.id)?.state === 'failed')
  const saved = all.filter(({ read }) => states.get(read.id)?.state === 'saved')
  const left = states.size === 0 ? all : failed
  const isDone = states.size > 0 && !isBusy && failed.length === 0

  const submit = async (values: FormData) => {
    const reason = String(values.get('reason')).trim()
    const until = String(values.get('until') ?? '')
    setBusy(true)
    const before = new Map(states)
    const save = async (id: string) => {
      const { query } = all.find(({ read }) => read.id === id)!
      const retainUntil = until ? { retainUntil: new Date(`${until}T00:00:00`).toISOString() } : {}
      const header = { 'idempotency-key': keys.current.get(id)! }
      const params = { path: { id: one.id }, header }
      const body = { query, read: id, reason, ...retainUntil }
      await answer(api.POST('/v1/cases/{id}/saved', { body, params })).catch((error) => {
        // Another reason is another request.
        keys.current.set(id, crypto.randomUUID())
        throw error
      })
    }
    await saveAll(
      left.map(({ read }) => read.id),
      save,
      (now) => {
        setStates(new Map([...before, ...now]))
        mark(one.id, now)
      },
    )
    setBusy(false)
    void client.invalidateQueries({ queryKey: ['cases'] })
    if (failed.length === 0) toast(words.done(left.length))
  }

  if (isDone) {
    return (
      <Dialog title={words.title(all.length, one.caseRef)} onClose={onClose}>
        <p role="status">{words.done(saved.length)}</p>
        <div class="form-actions">
          <Button kind="primary" onClick={onClose}>
            {words.close}
          </Button>
          <Link href={`/cases/${one.id}`}>{words.toCase}</Link>
        </div>
      </Dialog>
    )
  }
  return (
    <Dialog title={words.title(all.length, one.caseRef)} onClose={onClose}>
      <p>{words.why}</p>
      <Form
        submit={failed.length > 0 ? words.again(failed.length) : words.submit(all.length)}
        busy={isBusy}
        problem={null}
        onSubmit={(values) => void submit(values)}
      >
        <Field label={words.reason} hint={words.reasonHint}>
          <textarea name="reason" required minLength={20} maxLength={1000} rows={3} />
        </Field>
        <Field label={words.until} hint={words.untilHint}>
          <input type="date" name="until" max={one.retention.until.slice(0, 10)} />
        </Field>
        {states.size > 0 && (
          <div role="status" class="search-progress">
            <progress
              aria-label={words.progress(saved.length, all.length)}
              max={all.length}
              value={saved.length}
            />
            <span>{words.progress(saved.length, all.length)}</span>
          </div>
        )}
        {failed.length > 0 && !isBusy && (
          <div class="problem" role="alert">
            <div>
              <p>{words.failed(failed.length)}</p>
              <ul>
                {failed.map(({ read }) => (
                  <li key={read.id}>
                    {instantText(new Date(read.seenAt))}: {reasonOf(states.get(read.id))}
                  </li>
                ))}
              </ul>
            </div>
          </div>
        )}
      </Form>
      <p class="field-hint">{words.untilCase(dayText(new Date(one.retention.until)))}</p>
    </Dialog>
  )
}

const reasonOf = (state: SaveState | undefined): string => {
  if (state?.state !== 'failed') return ''
  const { detail, hint } = state.problem
  return [detail, hint].filter(Boolean).join('. ')
}

/** Saved reads are no longer selected. */
function mark(caseId: string, states: ReadonlyMap<string, SaveState>): void {
  const done = [...states].filter(([, { state }]) => state === 'saved').map(([id]) => id)
  savedInto.value = new Map([...savedInto.value, ...done.map((id) => [id, caseId] as const)])
  chosen.value = new Set([...chosen.value].filter((id) => !done.includes(id)))
}
