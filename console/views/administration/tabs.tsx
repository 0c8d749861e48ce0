import type { Permission } from '../../api/client.ts'
import { may } from '../../shell/session.ts'
import { Tabs } from '../../ui/tabs.tsx'
import { texts } from './texts.ts'
import './administration.css'

const PARTS: readonly (readonly [keyof typeof texts.tabs, Permission])[] = [
  ['requests', 'access.list'],
  ['certification', 'access.list'],
  ['people', 'person.list'],
  ['cameras', 'camera.list'],
  ['agents', 'edge.list'],
  ['health', 'edge.list'],
  ['settings', 'settings.view'],
]

/** The parts that the user may see; they differ by office. */
export const partsOpen = () => PARTS.filter(([, permission]) => may(permission)).map(([part]) => part)

export function AdministrationTabs({ current }: { current: keyof typeof texts.tabs }) {
  return (
    <Tabs
      label={texts.parts}
      current={`/administration/${current}`}
      tabs={partsOpen().map((part) => ({ href: `/administration/${part}`, label: texts.tabs[part] }))}
    />
  )
}
