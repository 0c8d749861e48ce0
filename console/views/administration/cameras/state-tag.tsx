import { Tag } from '../../../ui/tag.tsx'
import { texts } from '../texts.ts'
import type { CameraStatus } from './points.ts'

export function StateTag({ state }: { state: CameraStatus['state'] }) {
  const kind = state === 'ok' ? 'good' : state === 'dark' || state === 'unsharp' ? 'warn' : 'bad'
  return <Tag kind={kind}>{texts.cameras.states[state]}</Tag>
}
