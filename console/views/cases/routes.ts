import { lazy } from 'preact/compat'
import type { Route } from '../route.ts'

export const routes: readonly Route[] = [
  { path: '/cases', page: lazy(() => import('./list/page.tsx')) },
  { path: '/cases/new', page: lazy(() => import('./list/new-page.tsx')), permissions: ['case.create'] },
  {
    path: '/cases/lookouts',
    page: lazy(() => import('./list/lookouts-page.tsx')),
    permissions: ['lookout.view'],
  },
  {
    path: '/cases/products',
    page: lazy(() => import('./list/products-page.tsx')),
    permissions: ['product.view'],
  },
  {
    path: '/cases/products/:id',
    page: lazy(() => import('./product/page.tsx')),
    permissions: ['product.view'],
  },
  {
    path: '/cases/passed',
    page: lazy(() => import('./list/passed-page.tsx')),
    permissions: ['dissemination.list'],
  },
  {
    path: '/cases/approvals',
    page: lazy(() => import('./list/approvals-page.tsx')),
    permissions: ['search.approve'],
  },
  {
    path: '/cases/left',
    page: lazy(() => import('./list/left-page.tsx')),
    permissions: ['case.hand-over'],
  },
  { path: '/cases/:id/:part?', page: lazy(() => import('./case/page.tsx')), permissions: ['case.view'] },
]
