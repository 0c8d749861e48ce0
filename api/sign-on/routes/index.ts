import type { Routes } from '../../app.ts'
import { consentRoutes } from './consent.ts'
import { developmentSignOnRoute } from './development.ts'
import { signOnRoutes } from './password.ts'
import { providerRoutes } from './provider.ts'

export const routes: Routes = [...signOnRoutes, developmentSignOnRoute, providerRoutes, ...consentRoutes]
