import { effect, signal } from '@preact/signals'

/** Preferences for alerts, stored in this browser; no personal data. */
export interface Preferences {
  /** A tone for alerts of normal and high priority. */
  sound: boolean
  /** Desktop notifications, while the page is hidden. */
  desktop: boolean
  /** Single-key shortcuts, which can be switched off, e.g. for dictation (WCAG 2.1.4). */
  keys: boolean
}

const KEY = 'sightline-alerts'
const USUAL: Preferences = { sound: false, desktop: false, keys: true }

export const preferences = signal<Preferences>(stored())

export function prefer(change: Partial<Preferences>): void {
  preferences.value = { ...preferences.value, ...change }
}

effect(() => localStorage.setItem(KEY, JSON.stringify(preferences.value)))

function stored(): Preferences {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Preferences>
    const known = Object.keys(USUAL) as (keyof Preferences)[]
    const kept = known.filter((key) => typeof found[key] === 'boolean').map((key) => [key, found[key]])
    return { ...USUAL, ...Object.fromEntries(kept) }
  } catch {
    return USUAL
  }
}
