import type { ReadonlySignal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { Redirect } from 'wouter-preact'
import type { Permission } from '../api/client.ts'
import type { IconName } from '../ui/icon.tsx'

/** An address and what is shown there. */
export interface Route {
  /** As in wouter: `/cases/:id`. Ids, never plates. */
  path: string
  /** By `lazy(() => import('./page.tsx'))`: each view is a part of its own, loaded when it is gone to. */
  page: ComponentType
  /** Instead of those of the view: one of them opens this address. */
  permissions?: readonly Permission[]
}

/** A page for an old address, so that saved links keep working: it goes on to the new one. */
export const movedTo =
  (to: string): ComponentType =>
  () =>
    Redirect({ to, replace: true })

/** A part of the console, as `views/index.ts` registers it. */
export interface View {
  name: string
  routes: readonly Route[]
  /** One of these opens the view; everybody who consented when it is empty. */
  permissions: readonly Permission[]
  /** Its entry in the navigation; none without it. `path` is where the entry leads. */
  entry?: { path: string; icon: IconName; label: string; count?: EntryCount }
}

/** A number beside an entry of the navigation: what waits there; none at 0. */
export interface EntryCount {
  value: ReadonlySignal<number>
  /** The number in words, for screen readers. */
  text: (count: number) => string
}
