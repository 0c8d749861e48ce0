import type { ComponentChildren, VNode } from 'preact'
import { type ProblemError, toProblem } from '../api/problem.ts'
import { texts } from '../shell/texts.ts'
import { Button } from './button.tsx'
import { Icon, type IconName } from './icon.tsx'
import { Why } from './why.tsx'

/** Shown while something loads: bars in its place. @param rows number of bars */
export function Loading({ rows = 4 }: { rows?: number }) {
  return (
    <div class="loading" role="status" aria-busy="true">
      <span class="visually-hidden">{texts.loading}</span>
      {Array.from({ length: rows }, (_, row) => (
        <span key={row} class="loading-bar" aria-hidden="true" />
      ))}
    </div>
  )
}

interface EmptyProps {
  icon?: IconName
  /** What the emptiness means. */
  text: ComponentChildren
  /** What to do: links, buttons. */
  children?: ComponentChildren
}

/** There is nothing to show, and nothing has failed. */
export function Empty({ icon = 'info', text, children }: EmptyProps) {
  return (
    <div class="empty">
      <Icon name={icon} />
      <p>{text}</p>
      {children && <div class="empty-actions">{children}</div>}
    </div>
  )
}

/** The api's message: what went wrong and what to do. For forms and small spaces. */
export function ProblemBox({ problem }: { problem: ProblemError }) {
  return (
    <div class="problem" role="alert">
      <Icon name="warning" />
      <div>
        <p>
          {sentence(problem.detail)} <Why rules={problem.rules} />
        </p>
        {problem.hint && <p class="problem-hint">{problem.hint}</p>}
      </div>
    </div>
  )
}

/** Something could not be loaded: why, what to do, and a button to try again. */
export function Failure({ problem, retry }: { problem: ProblemError; retry?: () => void }) {
  return (
    <div class="failure" role="alert">
      <Icon name="warning" />
      <h2>{problem.title}</h2>
      <p>
        {sentence(problem.detail)} <Why rules={problem.rules} />
      </p>
      {problem.hint && <p>{problem.hint}</p>}
      <p class="failure-code">{texts.code(problem.code)}</p>
      {retry && <Button onClick={retry}>{texts.retry}</Button>}
    </div>
  )
}

const sentence = (text: string): string => {
  const whole = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?…]$/.test(whole) ? whole : `${whole}.`
}

interface LoadedProps<Data> {
  query: { data: Data | undefined; error: Error | null; isPending: boolean; refetch: () => unknown }
  /** Instead of bars. */
  loading?: VNode
  children: (data: Data) => ComponentChildren
}

/** The result of a query, or that it is loading or has failed. If a refresh fails, the old result stays visible. */
export function Loaded<Data>({ query, loading, children }: LoadedProps<Data>) {
  const { data, error, isPending, refetch } = query
  if (data !== undefined) {
    return (
      <>
        {error && <ProblemBox problem={toProblem(error)} />}
        {children(data)}
      </>
    )
  }
  if (error) return <Failure problem={toProblem(error)} retry={() => void refetch()} />
  if (!isPending) return null
  return loading ?? <Loading />
}
