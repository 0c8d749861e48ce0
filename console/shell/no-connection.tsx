import { useEffect } from 'preact/hooks'
import type { ProblemError } from '../api/problem.ts'
import { Failure } from '../ui/states.tsx'
import { loadSession } from './session.ts'

const AGAIN_MS = 3000

/** Shown while the api does not say who is signed on; asks it again by itself. */
export function NoConnection({ problem }: { problem: ProblemError }) {
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
