import type { ButtonHTMLAttributes } from 'preact'
import { Icon, type IconName } from './icon.tsx'

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** `primary`: the main action; `danger`: ends or deletes something; `quiet`: a secondary action. */
  kind?: 'plain' | 'primary' | 'danger' | 'quiet'
  icon?: IconName
  /** In progress: the button is disabled and says so. */
  busy?: boolean
}

export function Button({
  kind = 'plain',
  icon,
  busy = false,
  disabled,
  children,
  type = 'button',
  ...rest
}: Props) {
  return (
    <button
      {...rest}
      type={type}
      class={`button button-${kind}`}
      disabled={disabled}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
    >
      {icon && <Icon name={icon} />}
      {children && <span>{children}</span>}
    </button>
  )
}
