import { useMemo } from 'preact/hooks'
import { encode } from 'uqr'
import { answer, api, type Body } from '../../api/client.ts'
import { useWrite } from '../../api/use-write.ts'
import { navigate } from '../../shell/navigate.ts'
import { toast } from '../../shell/toasts.tsx'
import { Field } from '../../ui/field.tsx'
import { Form } from '../../ui/form.tsx'
import { When } from '../../ui/when.tsx'
import { CodeInput } from './password-form.tsx'
import { PasswordInput } from './password-input.tsx'
import { texts } from './texts.ts'

interface Link {
  id: string
  /** The first administrator: states name and e-mail too. */
  first: boolean
  totp: { secret: string; uri: string }
  expiresAt: string
}

export function SetUpForm({ token, link }: { token: string; link: Link }) {
  const words = texts.setUp
  const setUp = useWrite((body: Body<'/v1/set-up'>) => answer(api.POST('/v1/set-up', { body })), {
    done: () => {
      toast(words.done)
      navigate('/', { replace: true })
    },
  })
  const send = (values: FormData) => {
    const text = (name: string) => String(values.get(name))
    const person = link.first ? { name: text('name'), email: text('email') } : {}
    setUp.submit({ token, password: text('password'), code: text('code'), ...person })
  }
  return (
    <>
      <p>
        <strong>{words.account(link.id)}</strong>
        <br />
        <span class="field-hint">
          {words.expires}
          <When at={link.expiresAt} />
        </span>
      </p>
      <h2>{words.app}</h2>
      <div class="sign-on-app">
        <QrCode text={link.totp.uri} label={words.qr} />
        <p>
          {words.scan}
          <br />
          {words.type}
          <br />
          <code class="sign-on-secret">{link.totp.secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}</code>
        </p>
      </div>
      <h2>{words.passwordStep}</h2>
      <Form submit={words.submit} busy={setUp.busy} problem={setUp.problem} onSubmit={send}>
        {link.first && (
          <>
            <Field label={words.name}>
              <input name="name" required maxLength={100} autocomplete="name" />
            </Field>
            <Field label={words.email}>
              <input name="email" type="email" required maxLength={254} autocomplete="email" />
            </Field>
          </>
        )}
        <PasswordInput
          label={words.password}
          hint={words.passwordHint}
          autocomplete="new-password"
          minLength={14}
        />
        <Field label={words.code}>
          <CodeInput />
        </Field>
      </Form>
    </>
  )
}

/** A text as a QR code, drawn here: no other site sees it. */
function QrCode({ text, label }: { text: string; label: string }) {
  const { size, path } = useMemo(() => {
    const { size, data } = encode(text, { border: 2 })
    const squares = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])))
    return { size, path: squares.join('') }
  }, [text])
  return (
    <svg
      class="sign-on-qr"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shape-rendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}
