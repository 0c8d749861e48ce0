import { lazy } from 'preact/compat'
import type { Route } from '../route.ts'

export const routes: readonly Route[] = [{ path: '/search', page: lazy(() => import('./page.tsx')) }]
