import type { Routes } from '../../app.ts'
import { edgeAgentRoutes } from './agents.ts'
import { enrolRoute } from './enrol.ts'

export const routes: Routes = [edgeAgentRoutes, enrolRoute]
