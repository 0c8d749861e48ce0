import type { Routes } from '../../app.ts'
import { edgeAgentRoutes } from './agents.ts'
import { enrollRoute } from './enroll.ts'

export const routes: Routes = [edgeAgentRoutes, enrollRoute]
