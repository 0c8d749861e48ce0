import { may, me } from '../../../shell/session.ts'
import { Tabs } from '../../../ui/tabs.tsx'
import { texts } from '../texts.ts'
import type { Display } from '../types.ts'
import { dueStep } from './due.ts'

/** The parts of the view, with how many displays are due: the user's own, if they can validate. */
export function DisplayTabs({ current, displays }: { current: string; displays: readonly Display[] }) {
  const now = Date.now()
  const due = displays.filter(
    (display) => dueStep(display, now) !== null && (!may('display.validate') || display.owner === me.value),
  )
  return (
    <Tabs
      label={texts.parts}
      current={current}
      tabs={[
        { href: '/displays', label: texts.tabs.all },
        { href: '/displays/due', label: texts.tabs.due, count: due.length },
      ]}
    />
  )
}
