import { useState } from 'preact/hooks'
import { texts as shell } from '../../../shell/texts.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Fact, Facts } from '../../../ui/facts.tsx'
import { Form } from '../../../ui/form.tsx'
import { texts } from '../texts.ts'
import type { Draft } from './draft.ts'
import { chooseDraft, type Merged } from './merge.ts'
import { valueText } from './value-text.ts'

interface Props {
  merged: Merged
  stored: Draft
  mine: Draft
  onMerged: (draft: Draft) => void
  onClose: () => void
}

/** Somebody else changed the display meanwhile: shows their changes, and what the user has to choose. */
export function MergeDialog({ merged, stored, mine, onMerged, onClose }: Props) {
  const words = texts.merge
  const [own, setOwn] = useState<readonly (keyof Draft)[]>([])
  return (
    <Dialog title={words.title} onClose={onClose} wide>
      <p>{words.lead}</p>
      <Form
        submit={words.submit}
        busy={false}
        problem={null}
        onSubmit={() => onMerged(chooseDraft(merged, mine, own))}
        actions={<Button onClick={onClose}>{shell.cancel}</Button>}
      >
        {merged.theirs.length > 0 && (
          <section>
            <h3>{words.theirs}</h3>
            <Facts>
              {merged.theirs.map((key) => (
                <Fact key={key} name={words.fields[key]}>
                  {valueText(key, stored)}
                </Fact>
              ))}
            </Facts>
          </section>
        )}
        {merged.both.map((key) => (
          <fieldset key={key} class="displays-fieldset">
            <legend class="legend">
              {words.fields[key]}: {words.both}
            </legend>
            {(['stored', 'mine'] as const).map((whose) => (
              <label key={whose} class="choice">
                <input
                  type="radio"
                  name={`merge-${key}`}
                  checked={own.includes(key) === (whose === 'mine')}
                  onChange={() =>
                    setOwn(whose === 'mine' ? [...own, key] : own.filter((other) => other !== key))
                  }
                />
                <span>
                  <strong>{words[whose]}</strong> {valueText(key, whose === 'mine' ? mine : stored)}
                </span>
              </label>
            ))}
          </fieldset>
        ))}
      </Form>
    </Dialog>
  )
}
