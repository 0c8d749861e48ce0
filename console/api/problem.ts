import type { components } from './types.d.ts'

/** The api's description of what went wrong (RFC 9457). */
export type Problem = components['schemas']['Problem']

/** The console's own codes: the api was not reached, or sent an invalid answer. */
export type ConsoleCode = 'UNREACHABLE' | 'UNEXPECTED'

/**
 * What went wrong, in words for the person: `title` (the kind), `detail` (what, and where), `hint` (what to do next). Every
 * failed call of `api` rejects with one.
 */
export class ProblemError extends Error {
  override name = 'ProblemError'
  /** Stable code of schemas/errors.ts, or one of the console's own. */
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly hint: string | null
  /** Ids of the requirements behind it. */
  readonly rules: readonly string[]
  /** HTTP status; 0 without an answer. */
  readonly status: number

  constructor(
    problem: Pick<Problem, 'code' | 'title' | 'detail' | 'hint' | 'status'> & { rules?: readonly string[] },
  ) {
    super(problem.detail)
    this.code = problem.code
    this.title = problem.title
    this.detail = problem.detail
    this.hint = problem.hint && forPeople(problem.hint)
    this.rules = problem.rules ?? []
    this.status = problem.status
  }
}

/** A hint of the api without the addresses meant for programs: here, buttons do that. */
export const forPeople = (hint: string): string =>
  hint.replaceAll(/ (with |\()?(GET|POST|PATCH|DELETE) \/[\w/{}:-]+\)?/g, '')

/** The problem in an unsuccessful answer. */
export async function problemIn(response: Response): Promise<ProblemError> {
  const type = response.headers.get('content-type') ?? ''
  if (type.startsWith('application/problem+json')) return new ProblemError((await response.json()) as Problem)
  return new ProblemError({
    code: 'UNEXPECTED' satisfies ConsoleCode,
    title: 'Unexpected answer',
    detail: `Something between this page and Sightline answered ${response.status}.`,
    hint: 'Try again; if it stays so, tell those who run Sightline.',
    status: response.status,
  })
}

/** Converts anything thrown into a problem that can be shown. */
export function toProblem(thrown: unknown): ProblemError {
  if (thrown instanceof ProblemError) return thrown
  if (thrown instanceof TypeError && /fetch|network/i.test(thrown.message)) return unreachableError()
  return new ProblemError({
    code: 'UNEXPECTED' satisfies ConsoleCode,
    title: 'The page failed',
    detail: thrown instanceof Error ? thrown.message : String(thrown),
    hint: 'Load the page again; what was stored is safe.',
    status: 0,
  })
}

export const unreachableError = (): ProblemError =>
  new ProblemError({
    code: 'UNREACHABLE' satisfies ConsoleCode,
    title: 'No connection',
    detail: 'Sightline does not answer.',
    hint: 'Look at the network; what is shown may be old. It is tried again.',
    status: 0,
  })
