import type { Routes } from '../../app.ts'
import { serviceRoutes } from './service.ts'
import { administrationRoutes } from './settings.ts'

export const routes: Routes = [administrationRoutes, serviceRoutes]
