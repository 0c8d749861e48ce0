import { lazy } from 'preact/compat'
import type { Route } from '../route.ts'

export const routes: readonly Route[] = [
  { path: '/oversight', page: lazy(() => import('./due/page.tsx')), permissions: ['oversight.due'] },
  {
    path: '/oversight/reviews',
    page: lazy(() => import('./reviews/list-page.tsx')),
    permissions: ['audit.review'],
  },
  {
    path: '/oversight/reviews/:quarter',
    page: lazy(() => import('./reviews/review-page.tsx')),
    permissions: ['audit.review'],
  },
  {
    path: '/oversight/displays',
    page: lazy(() => import('./displays/page.tsx')),
    permissions: ['display.review'],
  },
  { path: '/oversight/audit', page: lazy(() => import('./audit/page.tsx')), permissions: ['audit.search'] },
  { path: '/oversight/misuse', page: lazy(() => import('./misuse/page.tsx')), permissions: ['misuse.view'] },
  {
    path: '/oversight/misuse/settings',
    page: lazy(() => import('./misuse/settings-page.tsx')),
    permissions: ['misuse.configure'],
  },
  {
    path: '/oversight/account',
    page: lazy(() => import('./account/page.tsx')),
    permissions: ['account.compile'],
  },
]
