import type { ComponentChildren } from 'preact'
import { texts } from '../shell/texts.ts'

/** A word that classifies something. Its color adds no information. */
export function Tag({
  kind = 'plain',
  children,
}: {
  kind?: 'plain' | 'good' | 'warn' | 'bad' | 'info'
  children: ComponentChildren
}) {
  return <span class={`tag tag-${kind}`}>{children}</span>
}

const SHAPES = { high: 'M6 1 11 11H1z', normal: 'M6 1 11 6 6 11 1 6z', low: 'M2 5h8v2H2z' }

/** A priority by color, word and shape. */
export function Priority({ priority }: { priority: 'low' | 'normal' | 'high' }) {
  return (
    <span class={`priority priority-${priority}`}>
      <svg viewBox="0 0 12 12" aria-hidden="true">
        <path d={SHAPES[priority]} />
      </svg>
      {texts.priority[priority]}
    </span>
  )
}
