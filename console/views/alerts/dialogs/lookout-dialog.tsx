import type { Write } from '../../../api/use-write.ts'
import { nameInSentence } from '../../../shell/directory.ts'
import { Link } from '../../../shell/navigate.ts'
import { texts as shell } from '../../../shell/texts.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Fact, Facts } from '../../../ui/facts.tsx'
import { Field } from '../../../ui/field.tsx'
import { Form } from '../../../ui/form.tsx'
import { PlateText } from '../../../ui/plate-text.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { When } from '../../../ui/when.tsx'
import { ReasonField } from '../../cases/keep-dialogs.tsx'
import type { Lookout } from '../../cases/types.ts'
import { useOpenCases } from '../../search/use-cases.ts'
import type { NewLookout } from '../detail/steps.ts'
import { type AlertWork, type Entry, placeOf } from '../feed/entry.ts'
import { texts } from '../texts.ts'
import { useDone } from './use-done.ts'

interface Props {
  entry: Entry
  verdict: NonNullable<AlertWork['verdict']>
  step: Write<NewLookout, Lookout>
  onClose: () => void
}

/** A lookout from a verified alert, for its display's matter: its basis, and why (AUD-9). */
export function LookoutDialog({ entry, verdict, step, onClose }: Props) {
  const words = texts.lookout
  const cases = useOpenCases()
  const { caseRef } = entry.alert.display
  useDone(step, onClose)
  return (
    <Dialog title={words.title} onClose={onClose}>
      <p>{words.lead}</p>
      <Origin entry={entry} verdict={verdict} />
      <Loaded query={cases}>
        {(all) => {
          // Several cases may be about one matter.
          const usable = all.filter((one) => one.caseRef === caseRef || one.id === caseRef)
          if (usable.length === 0) {
            return (
              <Empty text={words.noCase(caseRef)}>
                <span>{words.noCaseHint}</span> <Link href="/cases">{words.toCases}</Link>
              </Empty>
            )
          }
          return (
            <Form
              submit={words.submit}
              busy={step.busy}
              problem={step.problem}
              actions={<Button onClick={onClose}>{shell.cancel}</Button>}
              onSubmit={(values) =>
                step.submit({ case: String(values.get('case')), reason: String(values.get('reason')).trim() })
              }
            >
              <Field label={words.case} hint={words.caseHint}>
                <select name="case" required>
                  {usable.map(({ id, caseRef, title }) => (
                    <option key={id} value={id}>
                      {words.caseOption(caseRef, title)}
                    </option>
                  ))}
                </select>
              </Field>
              <ReasonField label={words.reason} />
            </Form>
          )
        }}
      </Loaded>
    </Dialog>
  )
}

/** The origin that the lookout will state. */
function Origin({ entry: { alert }, verdict }: Pick<Props, 'entry' | 'verdict'>) {
  const words = texts.lookout.origin
  return (
    <Facts>
      <Fact name={words.plate}>
        {verdict.plate && <PlateText plate={verdict.plate} region={verdict.region ?? alert.read.region} />}
      </Fact>
      <Fact name={words.seen}>
        <When at={alert.read.seenAt} /> {words.at(placeOf(alert))}
      </Fact>
      <Fact name={words.verified}>
        <When at={verdict.at} /> {words.by(nameInSentence(verdict.by))}
      </Fact>
      <Fact name={words.display}>{alert.display.reason}</Fact>
    </Facts>
  )
}
