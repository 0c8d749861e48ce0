import { type Answer, answer, api } from '../../api/client.ts'
import { useWrite } from '../../api/use-write.ts'
import { loadSession, signOnReason } from '../../shell/session.ts'
import { Button } from '../../ui/button.tsx'
import { ProblemBox } from '../../ui/states.tsx'
import { texts } from './texts.ts'

interface Props {
  cast: Answer<'/v1/sign-on'>['cast']
  token: string
  onPassword: () => void
}

/** Development only: people to sign in as. */
export function Cast({ cast, token, onPassword }: Props) {
  const words = texts.development
  const signOn = useWrite(
    (person: string) => answer(api.POST('/v1/sign-on/development', { body: { token, person } })),
    {
      done: () => {
        signOnReason.value = null
        void loadSession()
      },
    },
  )
  return (
    <section class="sign-on-cast" aria-label={words.title}>
      <h2>{words.title}</h2>
      <p class="field-hint">{words.text}</p>
      {cast.map(({ id, name, does }) => (
        <button key={id} type="button" class="sign-on-member" onClick={() => signOn.submit(id)}>
          <strong>{name}</strong>
          <span>{does}</span>
        </button>
      ))}
      {signOn.problem && <ProblemBox problem={signOn.problem} />}
      <Button kind="quiet" onClick={onPassword}>
        {words.own}
      </Button>
    </section>
  )
}
