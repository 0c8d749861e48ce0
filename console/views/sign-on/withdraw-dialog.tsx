import { answer, api } from '../../api/client.ts'
import { useWrite } from '../../api/use-write.ts'
import { texts as shell } from '../../shell/texts.ts'
import { toast } from '../../shell/toasts.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { Form } from '../../ui/form.tsx'
import { texts } from './texts.ts'

interface Props {
  person: string
  request: string
  onClose: () => void
}

export function WithdrawDialog({ person, request: id, onClose }: Props) {
  const words = texts.access
  const withdraw = useWrite(
    (reason: string) =>
      answer(
        api.POST('/v1/access/{person}/requests/{id}/withdraw', {
          params: { path: { person, id } },
          body: { reason },
        }),
      ),
    {
      refresh: [['access']],
      done: () => {
        toast(words.withdrawn)
        onClose()
      },
    },
  )
  return (
    <Dialog title={words.withdrawTitle} onClose={onClose}>
      <Form
        submit={words.withdraw}
        kind="danger"
        busy={withdraw.busy}
        problem={withdraw.problem}
        onSubmit={(values) => withdraw.submit(String(values.get('reason')))}
        actions={<Button onClick={onClose}>{shell.cancel}</Button>}
      >
        <Field label={words.withdrawReason} hint={words.withdrawHint}>
          <textarea name="reason" required minLength={20} maxLength={1000} />
        </Field>
      </Form>
    </Dialog>
  )
}
