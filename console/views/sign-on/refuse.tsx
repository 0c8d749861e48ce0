import { useEffect } from 'preact/hooks'
import { answer, api } from '../../api/client.ts'
import { ProblemError } from '../../api/problem.ts'
import { useWrite } from '../../api/use-write.ts'
import { refusalToken } from '../../shell/fragment.ts'
import { Button } from '../../ui/button.tsx'
import { Failure, ProblemBox } from '../../ui/states.tsx'
import { Stage } from './stage.tsx'
import { texts } from './texts.ts'
import './sign-on.css'

/** The page behind the link of an announcement: refuses an administrator's change to the user's account (ACC-7). */
export default function RefusePending() {
  const words = texts.refusal
  useEffect(() => {
    document.title = `${words.title} · Sightline`
  }, [words])
  return (
    <Stage title={words.title} lead={words.text}>
      {refusalToken ? <Refuse token={refusalToken} /> : <Failure problem={noToken()} />}
    </Stage>
  )
}

/** Needs a click, because programs that check e-mails open links, too. */
function Refuse({ token }: { token: string }) {
  const words = texts.refusal
  const step = useWrite((one: string) =>
    answer(api.POST('/v1/set-up/refusal', { body: { token: one } })).then(() => true),
  )
  if (step.output) return <p role="status">{words.done}</p>
  return (
    <>
      <Button kind="danger" busy={step.busy} onClick={() => step.submit(token)}>
        {words.submit}
      </Button>
      {step.problem && <ProblemBox problem={step.problem} />}
    </>
  )
}

const noToken = () => new ProblemError({ code: 'CODE_WRONG', status: 0, ...texts.setUp.noToken })
