import { lazy } from 'preact/compat'
import type { Route } from '../route.ts'

/** Signing on, setting up and consent are shown before there are routes: see shell/app.tsx. */
export const routes: readonly Route[] = [
  { path: '/my-access', page: lazy(() => import('./my-access.tsx')), permissions: ['access.view'] },
]
