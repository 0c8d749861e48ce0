import { signal } from '@preact/signals'
import { navigate } from '../../../shell/navigate.ts'
import { announce, toast } from '../../../shell/toasts.tsx'
import { texts } from '../../../texts/alerts.ts'
import { type Alert, placeOf } from '../feed/entry.ts'
import { preferences } from './preferences.ts'
import { allowSound, playTone } from './tone.ts'

/** Alerts that came while the list was not looked at. */
export const unseen = signal(0)

/** Whether the list is in the window; the page says so. */
let isShown = false
export function watching(shown: boolean): void {
  isShown = shown
  if (shown) unseen.value = 0
}
document.addEventListener('visibilitychange', () => {
  if (!document.hidden && isShown) unseen.value = 0
})

// Sound that was wanted at an earlier visit is heard from the first click or key on.
for (const kind of ['pointerdown', 'keydown']) {
  addEventListener(kind, () => void (preferences.value.sound && allowSound()), { capture: true })
}

/** Alerts that come together are told of together. */
const TOGETHER_MS = 250
let waiting: { sequence: number; alert: Alert }[] = []

/** Tells of a new alert by tone, notification, number and to screen readers. */
export function arrived(sequence: number, alert: Alert): void {
  if (waiting.push({ sequence, alert }) > 1) return
  setTimeout(() => {
    const came = waiting
    waiting = []
    tellOf(came)
  }, TOGETHER_MS)
}

function tellOf(came: typeof waiting): void {
  const urgent = came.find(({ alert }) => alert.display.priority === 'high')
  const notable = urgent ?? came.find(({ alert }) => alert.display.priority === 'normal')
  if (preferences.value.sound && notable) playTone(urgent ? 'high' : 'normal')
  const { sequence, alert } = urgent ?? came.at(-1)!
  const text = texts.arrived(came.length, alert.display.priority, placeOf(alert))
  if (document.hidden || !document.hasFocus()) notify(sequence, came.length, alert.display.priority)
  if (document.hidden || !isShown) unseen.value += came.length
  if (urgent && !isShown) toast(text)
  else announce(text)
}

/** What somebody else may read on a locked screen: neither plate nor case nor place. */
function notify(sequence: number, count: number, priority: Alert['display']['priority']): void {
  if (!preferences.value.desktop || !isNotificationAllowed()) return
  const { title, body } = texts.notification(count, priority)
  const shown = new Notification(title, { body, tag: 'sightline-alerts' })
  shown.onclick = () => {
    window.focus()
    navigate(`/alerts/${sequence}`)
    shown.close()
  }
}

export const isNotificationAllowed = (): boolean =>
  'Notification' in window && Notification.permission === 'granted'

/** Asks the person by the browser; to be called in the handler of a click. @returns whether it is allowed now */
export async function askForNotifications(): Promise<boolean> {
  if (!('Notification' in window)) return false
  return (await Notification.requestPermission()) === 'granted'
}
