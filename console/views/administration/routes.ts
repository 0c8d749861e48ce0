import { lazy } from 'preact/compat'
import { movedTo, type Route } from '../route.ts'

export const routes: readonly Route[] = [
  { path: '/administration', page: lazy(() => import('./page.tsx')) },
  {
    path: '/administration/requests',
    page: lazy(() => import('./requests/page.tsx')),
    permissions: ['access.list'],
  },
  {
    path: '/administration/certification',
    page: lazy(() => import('./certification/page.tsx')),
    permissions: ['access.list'],
  },
  // Its address until November 2026.
  { path: '/administration/standing', page: movedTo('/administration/certification') },
  {
    path: '/administration/people',
    page: lazy(() => import('./people/page.tsx')),
    permissions: ['person.list'],
  },
  {
    path: '/administration/cameras',
    page: lazy(() => import('./cameras/page.tsx')),
    permissions: ['camera.list'],
  },
  {
    path: '/administration/agents',
    page: lazy(() => import('./agents/page.tsx')),
    permissions: ['edge.list'],
  },
  {
    path: '/administration/health',
    page: lazy(() => import('./health/page.tsx')),
    permissions: ['edge.list'],
  },
  {
    path: '/administration/settings',
    page: lazy(() => import('./settings/page.tsx')),
    permissions: ['settings.view'],
  },
  {
    path: '/administration/mailbox',
    page: lazy(() => import('./settings/mailbox-page.tsx')),
    permissions: ['mailbox.view'],
  },
]
