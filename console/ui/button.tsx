import type { ButtonHTMLAttributes } from 'preact'
import { Icon, type IconName } from './icon.tsx'

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** `primary`: the one thing to do here; `danger`: what ends or deletes; `quiet`: beside others. */
  kind?: 'plain' | 'primary' | 'danger' | 'quiet'
  icon?: IconName
  /** Under way: cannot be pressed again, and says so. */
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
