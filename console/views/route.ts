import type { ReadonlySignal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { Redirect } from 'wouter-preact'
import type { Permission } from '../api/client.ts'
import type { IconName } from '../ui/icon.tsx'

/** An address and its page. */
export interface Route {
  /** As in wouter: `/cases/:id`. Ids, never plates. */
  path: string
  /** By `lazy(() => import('./page.tsx'))`: each view is loaded when somebody opens it. */
  page: ComponentType
  /** Replaces the view's permissions: any of these opens this address. */
  permissions?: readonly Permission[]
}

/** Redirects an old address to the new one, so that saved links keep working. */
export const movedTo =
  (to: string): ComponentType =>
  () =>
    Redirect({ to, replace: true })

/** A part of the console, as `views/index.ts` registers it. */
export interface View {
  name: string
  routes: readonly Route[]
  /** Any of these opens the view. If empty, everybody who has consented may open it. */
  permissions: readonly Permission[]
  /** Its entry in the navigation, if any; `path` is the entry's link. */
  entry?: { path: string; icon: IconName; label: string; count?: EntryCount }
}

/** A number next to an entry of the navigation: how many things wait there. Not shown for 0. */
export interface EntryCount {
  value: ReadonlySignal<number>
  /** The number in words, for screen readers. */
  text: (count: number) => string
}
