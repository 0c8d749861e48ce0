import { describe, expect, it } from 'vitest'
import { forPeople, problemIn, toProblem } from '../../../console/api/problem.ts'

describe('a hint for people', () => {
  it.each([
    ['Sign in again with POST /v1/sign-on.', 'Sign in again.'],
    [
      'An analyst asks for access again (POST /v1/access/requests); others ask a system owner.',
      'An analyst asks for access again; others ask a system owner.',
    ],
    ['Look at it with GET /v1/displays/{id}, then close it.', 'Look at it, then close it.'],
    ['Ask somebody else.', 'Ask somebody else.'],
  ])('%s', (hint, expected) => {
    expect(forPeople(hint)).toBe(expected)
  })
})

describe('the message about a failure', () => {
  it('is what the api says about it', async () => {
    const problem = {
      code: 'CONFLICT',
      title: 'Conflict',
      detail: 'changed meanwhile',
      hint: null,
      status: 409,
    }
    const headers = { 'content-type': 'application/problem+json' }
    expect(await problemIn(new Response(JSON.stringify(problem), { status: 409, headers }))).toMatchObject(
      problem,
    )
  })

  it('is given too when something else answers, or nothing', async () => {
    const gateway = new Response('<h1>Bad Gateway</h1>', {
      status: 502,
      headers: { 'content-type': 'text/html' },
    })
    expect(await problemIn(gateway)).toMatchObject({
      code: 'UNEXPECTED',
      status: 502,
      detail: expect.stringContaining('answered 502'),
    })
    expect(toProblem(new TypeError('Failed to fetch'))).toMatchObject({ code: 'UNREACHABLE', status: 0 })
    expect(toProblem(new Error('x is undefined'))).toMatchObject({
      code: 'UNEXPECTED',
      detail: 'x is undefined',
    })
  })
})
