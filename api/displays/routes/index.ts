import type { Routes } from '../../app.ts'
import { displayRoutes } from './displays.ts'
import { displayStepRoutes } from './steps.ts'
import { displayTestRoute } from './trial.ts'

export const routes: Routes = [...displayRoutes, ...displayStepRoutes, displayTestRoute]
