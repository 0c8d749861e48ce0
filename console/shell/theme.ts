import { effect, signal } from '@preact/signals'

export const THEMES = ['dark', 'light', 'system'] as const
export type Theme = (typeof THEMES)[number]

const KEY = 'sightline-theme'
const stored = localStorage.getItem(KEY)

/** Dark unless chosen otherwise: the console is read at night. Kept in this browser; says nothing about anybody. */
export const theme = signal<Theme>(THEMES.find((known) => known === stored) ?? 'dark')

effect(() => {
  document.documentElement.dataset.theme = theme.value
  localStorage.setItem(KEY, theme.value)
})
