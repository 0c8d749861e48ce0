import type { Routes } from '../../app.ts'
import { oversightAccountRoutes } from './accounts.ts'
import { oversightAuditRoutes } from './audit.ts'
import { oversightChainRoute } from './chain.ts'
import { oversightMisuseRoutes } from './misuse.ts'
import { oversightReviewRoutes } from './reviews.ts'

export const routes: Routes = [
  oversightAuditRoutes,
  oversightChainRoute,
  ...oversightReviewRoutes,
  oversightMisuseRoutes,
  oversightAccountRoutes,
]
