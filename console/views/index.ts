import { texts } from '../shell/texts.ts'
import { routes as administration } from './administration/routes.ts'
import { routes as alerts, unseenAlerts } from './alerts/routes.ts'
import { routes as cases } from './cases/routes.ts'
import { routes as displays } from './displays/routes.ts'
import { routes as oversight } from './oversight/routes.ts'
import { routes as review } from './review/routes.ts'
import type { View } from './route.ts'
import { routes as search } from './search/routes.ts'
import { routes as signOn } from './sign-on/routes.ts'

/** Every view, in the order of the navigation, with the rows of api/access/permissions.ts that show it. */
export const VIEWS: readonly View[] = [
  {
    name: 'alerts',
    routes: alerts,
    permissions: ['alert.list'],
    entry: { path: '/alerts', icon: 'alert', label: texts.views.alerts, count: unseenAlerts },
  },
  {
    name: 'search',
    routes: search,
    permissions: ['query.run'],
    entry: { path: '/search', icon: 'search', label: texts.views.search },
  },
  { name: 'review', routes: review, permissions: ['query.review'] },
  {
    name: 'displays',
    routes: displays,
    permissions: ['display.list'],
    entry: { path: '/displays', icon: 'display', label: texts.views.displays },
  },
  {
    name: 'cases',
    routes: cases,
    permissions: ['case.list', 'product.view', 'lookout.view', 'case.hand-over', 'search.approve'],
    entry: { path: '/cases', icon: 'case', label: texts.views.cases },
  },
  {
    name: 'oversight',
    routes: oversight,
    permissions: ['oversight.due', 'audit.search'],
    entry: { path: '/oversight', icon: 'oversight', label: texts.views.oversight },
  },
  {
    name: 'administration',
    routes: administration,
    permissions: ['person.list', 'access.list', 'edge.list'],
    entry: { path: '/administration', icon: 'settings', label: texts.views.administration },
  },
  { name: 'access', routes: signOn, permissions: [] },
]
