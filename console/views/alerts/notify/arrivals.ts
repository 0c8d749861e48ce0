import { signal } from '@preact/signals'
import { announce, toast } from '../../../shell/toasts.tsx'
import { type Alert, placeOf } from '../feed/entry.ts'
import { texts } from '../texts.ts'
import { showNotification, withdrawNotification } from './notification.ts'
import { gatherMs, type Told } from './pace.ts'
import { preferences } from './preferences.ts'
import { allowSound, playTone } from './tone.ts'

/** Alerts that arrived while the list was not visible. */
export const unseen = signal(0)

/** Whether the list is visible; the page sets it. */
let isShown = false
export function setWatching(shown: boolean): void {
  isShown = shown
  if (shown) seen()
}
document.addEventListener('visibilitychange', () => {
  if (!document.hidden && isShown) seen()
})

function seen(): void {
  unseen.value = 0
  withdrawNotification()
}

// If sound was switched on in an earlier visit, it starts with the first click or key.
for (const kind of ['pointerdown', 'keydown']) {
  addEventListener(kind, () => void (preferences.value.sound && allowSound()), { capture: true })
}

let waiting: { sequence: number; alert: Alert }[] = []
let told: Told | null = null
let timer: ReturnType<typeof setTimeout> | undefined
/** When the tone is played, milliseconds. */
let due = Number.POSITIVE_INFINITY

/**
 * Announces a new alert by tone, notification, number and to screen readers; several together.
 * @param isCatchingUp whether more alerts missed during a lost connection are still arriving
 */
export function notifyArrival(sequence: number, alert: Alert, isCatchingUp: boolean): void {
  waiting.push({ sequence, alert })
  if (document.hidden || !isShown) unseen.value++
  const now = Date.now()
  const at = now + gatherMs(told, { urgent: waiting.some(isUrgent), isCatchingUp, now })
  if (at >= due && !isCatchingUp) return
  clearTimeout(timer)
  due = at
  timer = setTimeout(tell, at - now)
}

/** Drops pending announcements: another user is signed in, or none. */
export function forget(): void {
  clearTimeout(timer)
  waiting = []
  due = Number.POSITIVE_INFINITY
  told = null
  seen()
}

function tell(): void {
  const came = waiting
  waiting = []
  due = Number.POSITIVE_INFINITY
  const urgent = came.findLast(isUrgent)
  const notable = urgent ?? came.find(({ alert }) => alert.display.priority === 'normal')
  told = { at: Date.now(), urgent: urgent !== undefined }
  const { sound, desktop } = preferences.value
  if (sound && notable) playTone(urgent ? 'high' : 'normal')
  const { sequence, alert } = urgent ?? came.at(-1)!
  const { priority } = alert.display
  if (desktop && (document.hidden || !document.hasFocus())) {
    showNotification(sequence, Math.max(came.length, unseen.value), priority)
  }
  const text = texts.arrived(came.length, priority, placeOf(alert))
  if (urgent && !isShown) toast(text)
  else announce(text)
}

const isUrgent = ({ alert }: { alert: Alert }): boolean => alert.display.priority === 'high'
