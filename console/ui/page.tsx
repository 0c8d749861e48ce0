import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { texts } from '../shell/texts.ts'

interface Props {
  /** Heading and title of the window; no plates. */
  title: string
  /** A sentence below the heading. */
  lead?: ComponentChildren
  /** Buttons next to the heading. */
  actions?: ComponentChildren
  /** Fills the window and scrolls inside it: for lists and maps. */
  filled?: boolean
  children: ComponentChildren
}

/** A view's page: heading, actions, content. The heading gets the focus, so that a screen reader announces the page. */
export function Page({ title, lead, actions, filled = false, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · ${texts.product}`
    heading.current?.focus({ preventScroll: true })
  }, [title])
  return (
    <div class={filled ? 'page page-filled' : 'page'}>
      <header class="page-head">
        <h1 tabIndex={-1} ref={heading}>
          {title}
        </h1>
        {actions && <div class="page-actions">{actions}</div>}
      </header>
      {lead && <p class="page-lead">{lead}</p>}
      {children}
    </div>
  )
}
