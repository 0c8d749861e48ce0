import { computed, effect, signal } from '@preact/signals'

export const THEMES = ['dark', 'light', 'system'] as const
export type Theme = (typeof THEMES)[number]

const KEY = 'sightline-theme'
const stored = localStorage.getItem(KEY)

/** Dark by default, because the console is used at night. Stored in this browser; says nothing about anybody. */
export const theme = signal<Theme>(THEMES.find((known) => known === stored) ?? 'dark')

effect(() => {
  document.documentElement.dataset.theme = theme.value
  localStorage.setItem(KEY, theme.value)
})

const light = matchMedia('(prefers-color-scheme: light)')
const isSystemLight = signal(light.matches)
light.addEventListener('change', ({ matches }) => {
  isSystemLight.value = matches
})

/** The visible theme, for drawn content that CSS does not style: follows the system's theme if that is chosen. */
export const shownTheme = computed(() => {
  if (theme.value !== 'system') return theme.value
  return isSystemLight.value ? 'light' : 'dark'
})
