import { useRef } from 'preact/hooks'
import { toProblem } from '../api/problem.ts'
import { Icon } from '../ui/icon.tsx'
import { navigate } from './navigate.ts'
import { session, signOff } from './session.ts'
import { texts } from './texts.ts'
import { THEMES, theme } from './theme.ts'
import { toast } from './toasts.tsx'

/** Who is signed in, with the actions for their own account; a native popover, closed by Escape and a click elsewhere. */
export function AccountMenu() {
  const menu = useRef<HTMLDivElement>(null)
  const who = session.value
  if (!who) return null
  const words = texts.account
  const name = who.person?.name ?? who.id
  const close = () => menu.current?.hidePopover()
  const leave = (everywhere: boolean) => {
    close()
    signOff('signed-off', everywhere).catch((error) => toast(toProblem(error).detail, 'failed'))
  }
  return (
    <div class="account">
      <button type="button" class="rail-entry" popovertarget="account-menu" aria-label={words.open(name)}>
        <Icon name="person" />
        <span class="account-name">{name}</span>
      </button>
      <div id="account-menu" class="account-menu" popover="auto" ref={menu}>
        <p class="account-who">
          <strong>{name}</strong>
          <span>{who.roles.map((role) => texts.roles[role] ?? role).join(', ') || texts.nothingYet}</span>
        </p>
        <button
          type="button"
          onClick={() => {
            close()
            navigate('/my-access')
          }}
        >
          {words.access}
        </button>
        <fieldset class="account-theme">
          <legend>{words.theme}</legend>
          {THEMES.map((choice) => (
            <label key={choice}>
              <input
                type="radio"
                name="theme"
                checked={theme.value === choice}
                onChange={() => {
                  theme.value = choice
                }}
              />
              {words.themes[choice]}
            </label>
          ))}
        </fieldset>
        <button type="button" onClick={() => leave(false)}>
          {words.signOff}
        </button>
        <button type="button" onClick={() => leave(true)}>
          {words.everywhere}
        </button>
      </div>
    </div>
  )
}
