import { type ComponentChildren, cloneElement, type VNode } from 'preact'
import { useId } from 'preact/hooks'

interface Props {
  label: string
  /** What to type. */
  hint?: ComponentChildren
  /** What is wrong; screen readers announce it when it appears. */
  error?: string | null | undefined
  /** One native `input`, `select` or `textarea`. */
  children: VNode<{ id?: string; 'aria-describedby'?: string; 'aria-invalid'?: boolean }>
}

/** A labeled form element with its hint and its fault. */
export function Field({ label, hint, error, children }: Props) {
  const id = useId()
  const about = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ')
  const described = {
    id,
    ...(about ? { 'aria-describedby': about } : {}),
    ...(error ? { 'aria-invalid': true } : {}),
  }
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {cloneElement(children, described)}
      {hint && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="field-error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
    </div>
  )
}
