import { navigate } from '../../../shell/navigate.ts'
import type { Alert } from '../feed/entry.ts'
import { texts } from '../texts.ts'

/** Whether the browser shows notifications of this site; `none`: it has none here, for want of https. */
export type Permitted = NotificationPermission | 'none'
export const permissionNow = (): Permitted => ('Notification' in window ? Notification.permission : 'none')

/** Has the browser ask the person; call it in a click handler. @returns their choice */
export async function askForNotifications(): Promise<Permitted> {
  if (permissionNow() === 'none') return 'none'
  return Notification.requestPermission()
}

/** The notification on the desktop; the next one replaces it. */
let shown: Notification | undefined

/**
 * Shows on the desktop that alerts came. Neither plate nor case nor place is in it, whatever is preferred: it is read on
 * locked screens, and by who stands beside.
 * @param sequence of the alert that a click opens
 */
export function showNotification(
  sequence: number,
  count: number,
  priority: Alert['display']['priority'],
): void {
  if (permissionNow() !== 'granted') return
  const { title, body } = texts.notification(count, priority)
  // Of the same tag it replaces the one before, of this page and of others; and it is told of again.
  const options = { body, tag: 'sightline-alerts', renotify: true }
  const one = new Notification(title, options)
  one.onclick = () => {
    window.focus()
    navigate(`/alerts/${sequence}`)
    one.close()
  }
  shown = one
}

/** Removes it: somebody has looked, or its user has signed off. */
export function withdrawNotification(): void {
  shown?.close()
  shown = undefined
}
