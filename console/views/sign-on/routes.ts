import { lazy } from 'preact/compat'
import type { Route } from '../route.ts'

/** Sign-in, set-up and consent are shown before routes exist: see shell/app.tsx. */
export const routes: readonly Route[] = [
  { path: '/my-access', page: lazy(() => import('./my-access.tsx')), permissions: ['access.view'] },
]
