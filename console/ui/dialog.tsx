import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { texts } from '../shell/texts.ts'
import { Icon } from './icon.tsx'

interface Props {
  title: string
  /** The user wants to close it: by Escape, the cross, or a click outside. */
  onClose: () => void
  /** For tables and pictures. */
  wide?: boolean
  children: ComponentChildren
}

/** A native modal dialog, open while it is rendered. It takes the focus, and returns it when it closes. */
export function Dialog({ title, onClose, wide = false, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const element = dialog.current
    const before = document.activeElement
    element?.showModal()
    return () => {
      element?.close()
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])
  return (
    <dialog
      ref={dialog}
      class={wide ? 'dialog dialog-wide' : 'dialog'}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onMouseDown={(event) => event.target === dialog.current && onClose()}
    >
      <div class="dialog-body">
        <h2 id={id}>{title}</h2>
        {children}
        {/* Last, so that the focus goes to what the dialog is for. */}
        <button type="button" class="dialog-close" aria-label={texts.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
    </dialog>
  )
}
