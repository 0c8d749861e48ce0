import { useState } from 'preact/hooks'
import { Field } from '../../ui/field.tsx'
import { texts } from './texts.ts'

interface Props {
  label: string
  hint?: string
  autocomplete: 'current-password' | 'new-password'
  minLength?: number
}

/** A password that can be shown before it is sent. */
export function PasswordInput({ label, hint, autocomplete, minLength }: Props) {
  const [shown, setShown] = useState(false)
  return (
    <div class="sign-on-password">
      <Field label={label} hint={hint}>
        <input
          name="password"
          type={shown ? 'text' : 'password'}
          required
          minLength={minLength}
          maxLength={128}
          autocomplete={autocomplete}
        />
      </Field>
      <button type="button" class="button button-quiet" aria-pressed={shown} onClick={() => setShown(!shown)}>
        {shown ? texts.hidePassword : texts.showPassword}
      </button>
    </div>
  )
}
