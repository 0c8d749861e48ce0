import { navigate } from '../../../shell/navigate.ts'
import type { Alert } from '../feed/entry.ts'
import { texts } from '../texts.ts'

/** Whether the browser shows notifications of this site; `none`: not supported here, without https. */
export type Permitted = NotificationPermission | 'none'
export const permissionNow = (): Permitted => ('Notification' in window ? Notification.permission : 'none')

/** Makes the browser ask the user; call it in a click handler. @returns their choice */
export async function askForNotifications(): Promise<Permitted> {
  if (permissionNow() === 'none') return 'none'
  return Notification.requestPermission()
}

/** The desktop notification; the next one replaces it. */
let shown: Notification | undefined

/**
 * Announces alerts on the desktop. Whatever the settings, it contains no plate, case or place: it can be read on locked
 * screens, and by bystanders.
 * @param sequence of the alert to open on a click
 */
export function showNotification(
  sequence: number,
  count: number,
  priority: Alert['display']['priority'],
): void {
  if (permissionNow() !== 'granted') return
  const { title, body } = texts.notification(count, priority)
  // The same tag replaces the previous one, of this page and of others; and it notifies again.
  const options = { body, tag: 'sightline-alerts', renotify: true }
  const one = new Notification(title, options)
  one.onclick = () => {
    window.focus()
    navigate(`/alerts/${sequence}`)
    one.close()
  }
  shown = one
}

/** Removes it: somebody has looked, or its user has signed out. */
export function withdrawNotification(): void {
  shown?.close()
  shown = undefined
}
