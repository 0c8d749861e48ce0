import { lazy } from 'preact/compat'
import type { Route } from '../route.ts'

export const routes: readonly Route[] = [
  { path: '/review', page: lazy(() => import('./page.tsx')) },
  { path: '/review/:caseId/:subjectId', page: lazy(() => import('./subject-page.tsx')) },
]
