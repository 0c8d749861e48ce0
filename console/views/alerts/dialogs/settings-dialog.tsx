import type { ComponentChildren } from 'preact'
import { useId, useState } from 'preact/hooks'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { askForNotifications, permissionNow } from '../notify/notification.ts'
import { prefer, preferences } from '../notify/preferences.ts'
import { allowSound, playTone } from '../notify/tone.ts'
import { texts } from '../texts.ts'
import './settings-dialog.css'

const SHEET = [
  ['j', 'next'],
  ['k', 'previous'],
  ['g', 'newest'],
  ['c', 'claim'],
  ['Enter', 'verify'],
  ['Esc', 'leave'],
  ['x', 'reject'],
  ['p', 'passOn'],
  ['l', 'lookout'],
  ['r', 'release'],
  ['z', 'enlarge'],
  ['m', 'mute'],
  ['?', 'help'],
] as const

/** The shortcuts, and how to be notified of alerts; stored in this browser. */
export function SettingsDialog({ onClose }: { onClose: () => void }) {
  const words = texts.settings
  const { sound, keys } = preferences.value
  return (
    <Dialog title={words.title} wide onClose={onClose}>
      <div class="alerts-settings">
        <section>
          <h3>{words.keys}</h3>
          <table>
            <thead class="visually-hidden">
              <tr>
                <th>{words.key}</th>
                <th>{words.does}</th>
              </tr>
            </thead>
            <tbody>
              {SHEET.map(([key, does]) => (
                <tr key={key}>
                  <td>
                    <kbd>{key}</kbd>
                  </td>
                  <td>{words.sheet[does]}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <Choice label={words.use} hint={words.useHint} on={keys} onChange={(keys) => prefer({ keys })} />
        </section>
        <section>
          <h3>{words.notice}</h3>
          <Choice
            label={words.sound}
            hint={words.soundHint}
            on={sound}
            onChange={(sound) => {
              prefer({ sound })
              if (sound) void allowSound()
            }}
          >
            <Button onClick={() => void allowSound().then(() => playTone('high'))}>{words.hear}</Button>
          </Choice>
          <DesktopChoice />
        </section>
      </div>
    </Dialog>
  )
}

/** Desktop notifications: permission is requested when they are switched on; if the browser shows none, says why. */
function DesktopChoice() {
  const words = texts.settings
  const [permission, setPermission] = useState(permissionNow)
  const [wasAsked, setAsked] = useState(false)
  const isAllowed = permission === 'granted'
  const { desktop } = preferences.value
  const isExplained = permission !== 'default' || wasAsked || desktop
  return (
    <Choice
      label={words.desktop}
      hint={isExplained ? words.desktopHints[permission] : words.desktopHints.granted}
      on={desktop && isAllowed}
      onChange={async (wanted) => {
        const answered = wanted ? await askForNotifications() : permission
        setAsked(wanted)
        setPermission(answered)
        prefer({ desktop: wanted && answered === 'granted' })
      }}
    />
  )
}

interface ChoiceProps {
  label: string
  hint: string
  on: boolean
  onChange: (on: boolean) => void
  children?: ComponentChildren
}

function Choice({ label, hint, on, onChange, children }: ChoiceProps) {
  const id = useId()
  return (
    <div class="alerts-setting">
      <label class="choice">
        <input
          type="checkbox"
          aria-describedby={id}
          checked={on}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
        {label}
      </label>
      <p class="field-hint" id={id}>
        {hint}
      </p>
      {children}
    </div>
  )
}
