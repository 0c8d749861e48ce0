import { signal } from '@preact/signals'
import { Icon } from '../ui/icon.tsx'
import { texts } from './texts.ts'
import './toasts.css'

interface Toast {
  id: number
  text: string
  kind: 'done' | 'failed'
}

const SHOWN_MS = 6000
const toasts = signal<Toast[]>([])
const announced = signal('')
let count = 0

const drop = (id: number) => {
  toasts.value = toasts.value.filter((toast) => toast.id !== id)
}

/** Says for some seconds that something was done, or failed; screen readers say it too. No plates. */
export function toast(text: string, kind: Toast['kind'] = 'done'): void {
  const id = ++count
  toasts.value = [...toasts.value.slice(-3), { id, text, kind }]
  setTimeout(() => drop(id), SHOWN_MS)
}

/** Makes screen readers announce something that is visible anyway, e.g. a new alert. */
export function announce(text: string): void {
  // Screen readers repeat the same words only if the region changed in between.
  announced.value = announced.value === text ? `${text} ` : text
}

/** The live regions; once in the page, in every view. */
export function Toasts() {
  return (
    <>
      <div class="visually-hidden" role="status" aria-live="polite">
        {announced.value}
      </div>
      <div class="toasts" role="status" aria-live="polite">
        {toasts.value.map(({ id, text, kind }) => (
          <div key={id} class={`toast toast-${kind}`}>
            <Icon name={kind === 'done' ? 'check' : 'warning'} />
            <span>{text}</span>
            <button type="button" class="toast-close" aria-label={texts.dismiss} onClick={() => drop(id)}>
              <Icon name="close" />
            </button>
          </div>
        ))}
      </div>
    </>
  )
}
