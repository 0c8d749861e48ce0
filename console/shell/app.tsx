import { lazy, Suspense } from 'preact/compat'
import { useEffect } from 'preact/hooks'
import type { ProblemError } from '../api/problem.ts'
import { Failure, Loading } from '../ui/states.tsx'
import { Boundary } from './boundary.tsx'
import { useLocation } from './navigate.ts'
import { loadSession, session, sessionProblem } from './session.ts'
import { Toasts } from './toasts.tsx'

const SignOn = lazy(() => import('../views/sign-on/sign-on.tsx'))
const SetUp = lazy(() => import('../views/sign-on/set-up.tsx'))
const RefusePending = lazy(() => import('../views/sign-on/refuse.tsx'))
const Consent = lazy(() => import('../views/sign-on/consent.tsx'))
const Frame = lazy(() => import('./frame.tsx'))

/** Comes before the views: sign-in, then consent. The address stays the same meanwhile. */
export function App() {
  const [path] = useLocation()
  return (
    <>
      <Boundary>
        <Suspense fallback={<Loading />}>
          <Stage path={path} />
        </Suspense>
      </Boundary>
      <Toasts />
    </>
  )
}

function Stage({ path }: { path: string }) {
  const who = session.value
  if (path === '/set-up') return <SetUp />
  if (path === '/refuse') return <RefusePending />
  if (who === undefined) {
    return sessionProblem.value ? <NoConnection problem={sessionProblem.value} /> : <Loading />
  }
  if (who === null) return <SignOn />
  return who.consented ? <Frame /> : <Consent />
}

const AGAIN_MS = 3000

/** Shown while the api does not say who is signed in; asks it again by itself. */
function NoConnection({ problem }: { problem: ProblemError }) {
  useEffect(() => {
    const timer = setInterval(() => void loadSession(), AGAIN_MS)
    return () => clearInterval(timer)
  }, [])
  return (
    <main class="stage">
      <Failure problem={problem} retry={() => void loadSession()} />
    </main>
  )
}
