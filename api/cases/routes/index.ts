import type { Routes } from '../../app.ts'
import { caseRoutes } from './cases.ts'
import { disseminationRoutes } from './disseminations.ts'
import { caseExportRoute } from './export.ts'
import { lookoutRoutes } from './lookouts.ts'
import { placeSearchRoutes } from './place-searches.ts'
import { workspaceRoutes } from './products.ts'
import { savedRoutes } from './saved.ts'
import { caseStepRoutes } from './steps.ts'

export const routes: Routes = [
  ...caseRoutes,
  ...caseStepRoutes,
  placeSearchRoutes,
  ...savedRoutes,
  ...workspaceRoutes,
  ...lookoutRoutes,
  disseminationRoutes,
  caseExportRoute,
]
