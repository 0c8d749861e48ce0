import { useEffect, useRef } from 'preact/hooks'
import { preferences } from './notify/preferences.ts'

/** Single-key shortcuts and their actions. */
export type Keys = Record<string, (() => void) | undefined>

/** Fields take keys as text. */
const EDITABLE = 'input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]'

/**
 * Single-key shortcuts, unless the user has switched them off (WCAG 2.1.4): never in a field, next to a dialog, or together
 * with Ctrl, Alt and the like, which belong to the browser.
 */
export function useKeys(keys: Keys): void {
  const latest = useRef(keys)
  latest.current = keys
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const action = latest.current[event.key]
      if (!action || !preferences.value.keys || event.defaultPrevented) return
      if (event.ctrlKey || event.metaKey || event.altKey) return
      if (event.repeat && !REPEATED.has(event.key)) return
      if ((event.target as Element).closest?.(EDITABLE) || document.querySelector('dialog[open]')) return
      event.preventDefault()
      action()
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [])
}

/** Keys that repeat while they are held down. */
const REPEATED = new Set(['j', 'k'])
