import { Tag } from '../../ui/tag.tsx'
import { texts } from './texts.ts'
import type { Version } from './types.ts'

const KINDS = {
  draft: 'plain',
  submitted: 'warn',
  returned: 'bad',
  published: 'good',
  withdrawn: 'plain',
} as const

export function ProductState({ state }: { state: Version['state'] }) {
  return <Tag kind={KINDS[state]}>{texts.products.states[state]}</Tag>
}
