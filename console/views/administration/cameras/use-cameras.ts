import { useEffect, useState } from 'preact/hooks'
import { ProblemError, toProblem } from '../../../api/problem.ts'
import { followEvents } from '../../../api/streams/follow.ts'
import { loadSession, me } from '../../../shell/session.ts'
import { type CameraStatus, sortByNeed, withChanges } from './points.ts'

const AGAIN_MS = 15_000

/**
 * The cameras' current state; the api reports changes. Not polled: each request is in the audit log, and automatic ones would
 * keep an absent user's session alive.
 */
export function useCameras() {
  const [data, setData] = useState<readonly CameraStatus[]>()
  const [error, setError] = useState<ProblemError | null>(null)
  const [tries, setTries] = useState(0)
  useEffect(() => {
    const stop = new AbortController()
    const again = setTimeoutWith(stop.signal, () => setTries((count) => count + 1))
    let isFirst = true
    const tell = ({ event, data }: { event?: string | undefined; data: string }) => {
      if (event === 'problem') return setError(new ProblemError(JSON.parse(data)))
      if (event !== 'cameras') return
      const changes = JSON.parse(data) as { cameras: CameraStatus[]; gone: string[] }
      // The first message lists all cameras.
      const isWhole = isFirst
      isFirst = false
      setError(null)
      setData((before) => sortByNeed(withChanges(isWhole ? [] : (before ?? []), changes)))
    }
    const resumes = () => {
      isFirst = true
    }
    const followed = { who: me.value, address: () => '/v1/cameras/stream', tell, resumes }
    followEvents(followed, stop.signal).then(again, (thrown) => {
      const problem = toProblem(thrown)
      setError(problem)
      if (problem.status === 401) return void loadSession()
      // A refused request would be refused again.
      if (problem.status === 0 || problem.status >= 500) again()
    })
    return () => stop.abort()
  }, [tries])
  const refetch = async () => setTries((count) => count + 1)
  return { data, error, isPending: data === undefined && error === null, refetch }
}

const setTimeoutWith = (signal: AbortSignal, call: () => void) => () => {
  if (signal.aborted) return
  const timer = setTimeout(call, AGAIN_MS)
  signal.addEventListener('abort', () => clearTimeout(timer))
}
