import { answer, api, type Body } from '../../../api/client.ts'
import { AskDialog } from '../../../ui/ask-dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { Picture } from '../../../ui/picture.tsx'
import { ReasonField } from '../keep-dialogs.tsx'
import { textIn, useStep } from '../steps.ts'
import { texts } from '../texts.ts'
import type { SavedRead } from '../types.ts'

interface Props {
  saved: SavedRead
  /** Address of its picture. */
  picture: string
  onClose: () => void
}

/** A lookout of a saved read: a person compares the picture with the text first (AUD-9, DSP-7). */
export function LookoutDialog({ saved, picture, onClose }: Props) {
  const words = texts.makeLookout
  const step = useStep(
    (body: Body<'/v1/lookouts'>, header) =>
      answer(
        api.POST('/v1/lookouts', {
          body,
          params: { header: { 'idempotency-key': header['idempotency-key'] } },
        }),
      ),
    { said: words.done, done: onClose },
  )
  return (
    <AskDialog
      {...{ title: words.title, lead: words.lead, submit: words.submit, step, onClose }}
      input={(values) => ({
        case: saved.case,
        read: saved.read.id,
        plateSeen: textIn(values, 'plateSeen'),
        reason: textIn(values, 'reason'),
      })}
    >
      <Picture src={picture} alt={texts.saved.picture} />
      <Field label={words.plateSeen} hint={words.plateSeenHint}>
        <input
          name="plateSeen"
          class="cases-plate-input"
          required
          maxLength={30}
          autocomplete="off"
          spellcheck={false}
        />
      </Field>
      <ReasonField label={words.reason} />
    </AskDialog>
  )
}
