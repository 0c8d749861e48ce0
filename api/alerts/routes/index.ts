import type { Routes } from '../../app.ts'
import { alertFigureRoutes } from './figures.ts'
import { alertRoutes } from './list.ts'
import { alertStreamRoute } from './stream.ts'
import { alertWorkRoutes } from './work.ts'

export const routes: Routes = [alertRoutes, alertStreamRoute, ...alertWorkRoutes, alertFigureRoutes]
