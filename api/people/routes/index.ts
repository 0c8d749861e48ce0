import type { Routes } from '../../app.ts'
import { peopleRoutes } from './accounts.ts'
import { colleagueRoute } from './colleagues.ts'
import { personEmailRoute } from './email.ts'
import { personPendingRoutes } from './pending.ts'

export const routes: Routes = [...peopleRoutes, personEmailRoute, personPendingRoutes, colleagueRoute]
