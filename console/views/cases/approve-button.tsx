import { useState } from 'preact/hooks'
import { answer, api } from '../../api/client.ts'
import { Button } from '../../ui/button.tsx'
import { ReasonDialog } from './keep-dialogs.tsx'
import { useStep } from './steps.ts'
import { texts } from './texts.ts'

/** The second person's approval of a search without a plate; never of one's own (QRY-6). */
export function ApproveButton({ id, search }: { id: string; search: string }) {
  const words = texts.searches
  const [isOpen, setOpen] = useState(false)
  const step = useStep(
    (body: { reason: string }, header) =>
      answer(
        api.POST('/v1/cases/{id}/place-searches/{search}/approve', {
          body,
          params: { path: { id, search }, header },
        }),
      ),
    { said: words.done, done: () => setOpen(false) },
  )
  return (
    <>
      <Button onClick={() => setOpen(true)}>{words.approve}</Button>
      {isOpen && (
        <ReasonDialog
          {...{ title: words.approveTitle, lead: words.approveLead, reason: words.reason }}
          {...{ submit: words.approveSubmit, step, onClose: () => setOpen(false) }}
        />
      )}
    </>
  )
}
