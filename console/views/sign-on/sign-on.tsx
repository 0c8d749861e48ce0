import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'preact/hooks'
import { answer, api } from '../../api/client.ts'
import { developmentToken } from '../../shell/fragment.ts'
import { signOnReason } from '../../shell/session.ts'
import { Button } from '../../ui/button.tsx'
import { Loaded, Loading } from '../../ui/states.tsx'
import { Cast } from './cast.tsx'
import { PasswordForm } from './password-form.tsx'
import { Reason } from './reason.tsx'
import { Stage } from './stage.tsx'
import { texts } from './texts.ts'
import './sign-on.css'

/** Shown if nobody is signed in: the reason, if any, and the ways to sign in. */
export default function SignOn() {
  const ways = useQuery({ queryKey: ['sign-on', 'ways'], queryFn: () => answer(api.GET('/v1/sign-on')) })
  const [byPassword, setByPassword] = useState(developmentToken === null)
  const cast = !byPassword && ways.data?.cast.length ? ways.data.cast : null
  useEffect(() => {
    document.title = `${texts.title} · Sightline`
  }, [])
  return (
    <Stage title={texts.title} lead={texts.intro}>
      {signOnReason.value && <Reason reason={signOnReason.value} />}
      <Loaded query={ways} loading={<Loading rows={3} />}>
        {({ provider }) =>
          cast && developmentToken ? (
            <Cast cast={cast} token={developmentToken} onPassword={() => setByPassword(true)} />
          ) : (
            <>
              {provider && (
                <>
                  <a class="button button-primary" href="/v1/sign-on/provider">
                    {texts.provider}
                  </a>
                  <p class="sign-on-or">{texts.or}</p>
                </>
              )}
              <PasswordForm />
              <p class="field-hint">{texts.noAccount}</p>
              {developmentToken && (
                <Button kind="quiet" onClick={() => setByPassword(false)}>
                  {texts.development.title}
                </Button>
              )}
            </>
          )
        }
      </Loaded>
    </Stage>
  )
}
