import { lazy } from 'preact/compat'
import type { EntryCount, Route } from '../route.ts'
import { texts } from './texts.ts'
import './feed/feed.ts'
import { unseen } from './notify/arrivals.ts'

export const routes: readonly Route[] = [
  { path: '/alerts/precision', page: lazy(() => import('./precision/page.tsx')) },
  { path: '/alerts/tests', page: lazy(() => import('./tests/page.tsx')) },
  { path: '/alerts/:sequence?', page: lazy(() => import('./page.tsx')) },
]

/** Counts alerts that arrived while the list was not visible: they are followed whichever view is open. */
export const unseenAlerts: EntryCount = { value: unseen, text: texts.unseen }
