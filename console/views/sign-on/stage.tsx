import type { ComponentChildren } from 'preact'
import { texts as shell } from '../../shell/texts.ts'
import { Icon } from '../../ui/icon.tsx'

interface Props {
  title: string
  lead?: ComponentChildren
  wide?: boolean
  children: ComponentChildren
}

/** The page before sign-in is complete: one card in its center. */
export function Stage({ title, lead, wide = false, children }: Props) {
  return (
    <main class="stage">
      <div class={wide ? 'sign-on sign-on-wide' : 'sign-on'}>
        <p class="sign-on-brand">
          <Icon name="brand" />
          {shell.product}
        </p>
        <h1>{title}</h1>
        {lead && <p class="sign-on-lead">{lead}</p>}
        {children}
      </div>
    </main>
  )
}
