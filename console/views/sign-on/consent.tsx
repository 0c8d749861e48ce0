import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'preact/hooks'
import { answer, api } from '../../api/client.ts'
import { useWrite } from '../../api/use-write.ts'
import { loadSession, signOff } from '../../shell/session.ts'
import { Button } from '../../ui/button.tsx'
import { Loaded, Loading, ProblemBox } from '../../ui/states.tsx'
import { Prose } from './prose.tsx'
import { Stage } from './stage.tsx'
import { texts } from './texts.ts'
import './sign-on.css'

/** The splash screen: the permissible uses, at each sign-in; refusing signs out (ACC-5). */
export default function Consent() {
  const words = texts.consent
  const text = useQuery({
    queryKey: ['sign-on', 'consent'],
    queryFn: () => answer(api.GET('/v1/consent')),
    staleTime: 0,
  })
  const give = useWrite(
    (version: string) => answer(api.POST('/v1/consent', { body: { version, agree: true } })),
    { refresh: [['sign-on', 'consent']], done: () => void loadSession() },
  )
  const refuse = useWrite(() => signOff('refused-consent'))
  const problem = give.problem ?? refuse.problem
  useEffect(() => {
    document.title = `${words.title} · Sightline`
  }, [words])
  return (
    <Stage title={words.title} lead={words.lead} wide>
      <Loaded query={text} loading={<Loading rows={8} />}>
        {({ text, version }) => (
          <>
            <section class="sign-on-text" tabIndex={0} aria-label={words.title}>
              <Prose text={text} without={words.title} />
              <p class="field-hint">{words.version(version)}</p>
            </section>
            {problem && <ProblemBox problem={problem} />}
            <div class="form-actions">
              <Button kind="primary" busy={give.busy} onClick={() => give.submit(version)}>
                {words.give}
              </Button>
              <Button busy={refuse.busy} onClick={() => refuse.submit(undefined)}>
                {words.refuse}
              </Button>
            </div>
          </>
        )}
      </Loaded>
    </Stage>
  )
}
