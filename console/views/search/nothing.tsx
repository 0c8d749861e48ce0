import type { ComponentChildren } from 'preact'
import type { IconName } from '../../ui/icon.tsx'
import { Empty } from '../../ui/states.tsx'
import { lackOf } from './lack.ts'
import type { Report } from './pages.ts'

interface Props {
  reports: readonly Report[]
  icon?: IconName
  /** What it means that nothing came, when every vendor has answered in full. */
  text: string
  children?: ComponentChildren
}

/** Nothing came. That there is nothing is said only where every vendor answered in full; else who did not. */
export function Nothing({ reports, icon = 'search', text, children }: Props) {
  const lack = lackOf(reports)
  return (
    <Empty icon={lack ? 'warning' : icon} text={lack ?? text}>
      {children}
    </Empty>
  )
}
