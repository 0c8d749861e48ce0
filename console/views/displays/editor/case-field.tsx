import { answer, api, type Schema } from '../../../api/client.ts'
import { toProblem } from '../../../api/problem.ts'
import { useWrite } from '../../../api/use-write.ts'
import { Link } from '../../../shell/navigate.ts'
import { toast } from '../../../shell/toasts.tsx'
import { Button } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import { Icon } from '../../../ui/icon.tsx'
import { Loading, ProblemBox } from '../../../ui/states.tsx'
import { namesPlate, useOpenCases } from '../../search/use-cases.ts'
import { texts } from '../texts.ts'
import type { Draft } from './draft.ts'
import { explain } from './explain.ts'

type Case = Schema<'Case'>

/** Minimum length of the reason for a case subject. */
const LEAST = 20

interface Props {
  draft: Draft
  set: (change: Partial<Draft>) => void
}

/** The case of a display, among those that the user may use; and a way to add the plate to it (QRY-6). */
export function CaseField({ draft, set }: Props) {
  const words = texts.editor
  const { data: cases, error } = useOpenCases()
  if (error) return <ProblemBox problem={toProblem(error)} />
  if (!cases) return <Loading rows={1} />
  const one = cases.find(({ id, caseRef }) => id === draft.caseRef || caseRef === draft.caseRef)
  // The named case may belong to somebody else by now.
  const isOther = draft.caseRef !== '' && !one
  return (
    <>
      <Field label={words.case} hint={words.caseHint}>
        <select
          name="case"
          required
          value={one ? one.caseRef : draft.caseRef}
          onChange={(event) => set({ caseRef: event.currentTarget.value })}
        >
          <option value="">{words.chooseCase}</option>
          {isOther && <option value={draft.caseRef}>{draft.caseRef}</option>}
          {cases.map(({ id, caseRef, title }) => (
            <option key={id} value={caseRef}>
              {words.caseOption(caseRef, title)}
            </option>
          ))}
        </select>
      </Field>
      {cases.length === 0 && (
        <p class="notice">
          <Icon name="info" />
          <span>
            {words.noCases} <Link href="/cases/new">{words.openCase}</Link>
          </span>
        </p>
      )}
      {one && <NameIt one={one} draft={draft} />}
    </>
  )
}

/** Says that the case does not name the plate, with a button that adds it. */
function NameIt({ one, draft }: { one: Case; draft: Draft }) {
  const words = texts.nameIt
  const what = explain(draft.plate)
  const naming = useWrite(
    (plate: string, key) =>
      answer(
        api.POST('/v1/cases/{id}/subjects', {
          body: { about: { plate }, reason: draft.reason.trim() },
          params: { path: { id: one.id }, header: { 'if-match': '*', 'idempotency-key': key } },
        }),
      ),
    { refresh: [['cases']], done: () => toast(words.done) },
  )
  const { reset } = naming
  if (what.kind !== 'plate') return null
  if (namesPlate(one, what.text)) return null
  const hasReason = draft.reason.trim().length >= LEAST
  return (
    <div class="notice displays-name-it">
      <Icon name="info" />
      <div>
        <p>{words.text}</p>
        {!hasReason && <p class="displays-note">{words.needs}</p>}
        {naming.problem && <ProblemBox problem={naming.problem} />}
        <Button
          busy={naming.busy}
          disabled={!hasReason}
          onClick={() => {
            reset()
            naming.submit(what.text)
          }}
        >
          {words.add}
        </Button>
      </div>
    </div>
  )
}
