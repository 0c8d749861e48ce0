import { answer, api } from '../../api/client.ts'
import { useWrite } from '../../api/use-write.ts'
import { loadSession, signOnReason } from '../../shell/session.ts'
import { Field } from '../../ui/field.tsx'
import { Form } from '../../ui/form.tsx'
import { PasswordInput } from './password-input.tsx'
import { texts } from './texts.ts'

/** Name, password and code from the authenticator app (ACC-7). */
export function PasswordForm() {
  const signOn = useWrite(
    (body: { id: string; password: string; code: string }) => answer(api.POST('/v1/sign-on', { body })),
    {
      done: () => {
        signOnReason.value = null
        void loadSession()
      },
    },
  )
  return (
    <Form
      submit={texts.submit}
      busy={signOn.busy}
      problem={signOn.problem}
      onSubmit={(values) =>
        signOn.submit({
          id: String(values.get('id')),
          password: String(values.get('password')),
          code: String(values.get('code')),
        })
      }
    >
      <Field label={texts.id} hint={texts.idHint}>
        <input
          name="id"
          required
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          pattern="[a-z0-9][a-z0-9_\-]{1,39}"
          title={texts.idRule}
        />
      </Field>
      <PasswordInput label={texts.password} autocomplete="current-password" />
      <Field label={texts.code} hint={texts.codeHint}>
        <CodeInput />
      </Field>
    </Form>
  )
}

/** Six digits; phones show them from the app or the clipboard. */
export function CodeInput(props: { id?: string; 'aria-describedby'?: string }) {
  return (
    <input
      {...props}
      name="code"
      required
      inputMode="numeric"
      autocomplete="one-time-code"
      pattern="[0-9]{6}"
      maxLength={6}
      title={texts.codeRule}
      class="sign-on-code"
    />
  )
}
