import { lazy } from 'preact/compat'
import type { Route } from '../route.ts'

export const routes: readonly Route[] = [
  { path: '/displays', page: lazy(() => import('./list/page.tsx')) },
  { path: '/displays/due', page: lazy(() => import('./list/due-page.tsx')) },
  {
    path: '/displays/new',
    page: lazy(() => import('./editor/new-page.tsx')),
    permissions: ['display.create'],
  },
  { path: '/displays/:id', page: lazy(() => import('./detail/page.tsx')), permissions: ['display.view'] },
  {
    path: '/displays/:id/change',
    page: lazy(() => import('./editor/change-page.tsx')),
    permissions: ['display.update'],
  },
]
