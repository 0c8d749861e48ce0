import { type SightlineError, withoutCitations } from '@sightline/schemas/errors'
import { orNull } from '@sightline/schemas/message'
import Type, { type Static } from 'typebox'

const PROBLEM_ID = 'https://sightline.invalid/schemas/problem-1.json'

/** How the api says what went wrong: problem details of RFC 9457, with Sightline's code and hint. */
export const Problem = Type.Object(
  {
    type: Type.String({ description: 'URI of the kind of problem; stable' }),
    title: Type.String({ description: 'The kind of problem in words' }),
    status: Type.Integer({ description: 'The HTTP status' }),
    detail: Type.String({ description: 'What went wrong this time, and where' }),
    code: Type.String({ description: 'Stable code of schemas/errors.ts' }),
    hint: orNull(Type.String({ description: 'What to do next' })),
    rules: Type.Array(Type.String(), {
      description: 'Ids of the requirements behind this problem; may be empty',
    }),
    instance: Type.String({ description: 'URI of this occurrence; the log has the same request id' }),
  },
  { $id: PROBLEM_ID, title: 'Problem' },
)
export type Problem = Static<typeof Problem>

export const PROBLEM_TYPE = 'application/problem+json'

/** @param requestId the request's id, as in the log */
export function problemOf(error: SightlineError, requestId: string, status = error.httpStatus): Problem {
  const detail = withoutCitations(error.message)
  const hint = error.hint === undefined ? null : withoutCitations(error.hint)
  const words = error.code.toLowerCase().replaceAll('_', ' ')
  return {
    type: `https://sightline.invalid/problems/${words.replaceAll(' ', '-')}`,
    title: words[0]!.toUpperCase() + words.slice(1),
    status,
    detail: detail.text,
    code: error.code,
    hint: hint?.text ?? null,
    rules: [...new Set([...detail.rules, ...(hint?.rules ?? [])])],
    instance: `urn:sightline:request:${requestId}`,
  }
}

/** The response schemas of a route's error statuses; every route may also answer 401, 429 and 500. */
export function problems(...statuses: number[]) {
  const content = { [PROBLEM_TYPE]: { schema: { $ref: `${PROBLEM_ID}#` } } }
  const all = [...statuses, 401, 429, 500].sort()
  return Object.fromEntries(all.map((status) => [status, { description: 'Problem', content }]))
}
