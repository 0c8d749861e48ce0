import { AskDialog } from '../../../ui/ask-dialog.tsx'
import { texts } from '../texts.ts'
import { useClosing } from './use-step.ts'

/** Asks before closing: a closed display cannot be reopened (DSP-5). */
export function CloseDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const words = texts.close
  const step = useClosing(id, { said: words.done, done: onClose })
  return (
    <AskDialog
      {...{ title: words.title, lead: words.lead, submit: words.submit, kind: 'danger', step, onClose }}
      input={() => ({})}
    />
  )
}
