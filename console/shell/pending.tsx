import { answer, api } from '../api/client.ts'
import { useWrite } from '../api/use-write.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { ProblemBox } from '../ui/states.tsx'
import { When } from '../ui/when.tsx'
import { Why } from '../ui/why.tsx'
import { nameInSentence } from './directory.ts'
import { loadSession, session } from './session.ts'
import { texts } from './texts.ts'
import { toast } from './toasts.tsx'

/** Above every view while an administrator waits to change how the user signs in: the user can refuse it (ACC-7). */
export function Pending() {
  const words = texts.pending
  const pending = session.value?.person?.pending
  const step = useWrite((_: null) => answer(api.POST('/v1/session/refusal')), {
    done: () => {
      toast(words.refused)
      void loadSession()
    },
  })
  if (!pending) return null
  return (
    <div class="problem frame-pending" role="alert">
      <Icon name="warning" />
      <div>
        <p>
          {words.text(nameInSentence(pending.by), words.what[pending.kind])} <When at={pending.dueAt} />.
        </p>
        <p class="problem-hint">
          {words.hint} <Why rules={words.rules} />
        </p>
        {step.problem && <ProblemBox problem={step.problem} />}
      </div>
      <Button kind="danger" busy={step.busy} onClick={() => step.submit(null)}>
        {words.refuse}
      </Button>
    </div>
  )
}
