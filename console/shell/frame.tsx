import { Suspense } from 'preact/compat'
import { Route as At, Redirect, Switch } from 'wouter-preact'
import { Page } from '../ui/page.tsx'
import { Empty, Loading } from '../ui/states.tsx'
import { VIEWS } from '../views/index.ts'
import type { Route, View } from '../views/route.ts'
import { Boundary } from './boundary.tsx'
import { Link, useLocation } from './navigate.ts'
import { Pending } from './pending.tsx'
import { Rail } from './rail.tsx'
import { Refused } from './refused.tsx'
import { may } from './session.ts'
import { texts } from './texts.ts'
import './frame.css'

/** The page around every view: navigation, content. */
export default function Frame() {
  const [path] = useLocation()
  return (
    <div class="frame">
      <a class="skip" href="#content">
        {texts.skip}
      </a>
      <Rail views={VIEWS.filter(isOpen)} />
      <main id="content" class="frame-content" tabIndex={-1}>
        <Pending />
        <Boundary key={path.split('/')[1]}>
          <Suspense fallback={<Loading />}>
            <Switch>
              <At path="/">
                <Redirect to={start()} replace />
              </At>
              {VIEWS.flatMap((view) => view.routes.map((route) => address(view, route)))}
              <At>
                <NotFound />
              </At>
            </Switch>
          </Suspense>
        </Boundary>
      </main>
    </div>
  )
}

const isOpen = ({ permissions }: Pick<View, 'permissions'>): boolean =>
  permissions.length === 0 || permissions.some(may)

/** The start page: the first view of the navigation that the user may see; their own access if there is none. */
const start = (): string => VIEWS.find((view) => view.entry && isOpen(view))?.entry?.path ?? '/my-access'

function address(view: View, { path, page: Page, permissions = view.permissions }: Route) {
  return (
    <At key={path} path={path}>
      {isOpen({ permissions }) ? <Page /> : <Refused permission={permissions[0]!} />}
    </At>
  )
}

function NotFound() {
  const { title, text, home } = texts.notFound
  return (
    <Page title={title}>
      <Empty text={text}>
        <Link href="/">{home}</Link>
      </Empty>
    </Page>
  )
}
