import type { ComponentChildren } from 'preact'
import type { IconName } from '../../ui/icon.tsx'
import { Empty } from '../../ui/states.tsx'
import { lackOf } from './lack.ts'
import type { Report } from './pages.ts'

interface Props {
  reports: readonly Report[]
  icon?: IconName
  /** What an empty result means if every vendor has answered in full. */
  text: string
  children?: ComponentChildren
}

/** Shown for an empty result. It says "nothing found" only if every vendor answered in full, and otherwise who did not. */
export function Nothing({ reports, icon = 'search', text, children }: Props) {
  const lack = lackOf(reports)
  return (
    <Empty icon={lack ? 'warning' : icon} text={lack ?? text}>
      {children}
    </Empty>
  )
}
