import { type AppDeps, buildApp } from '@sightline/api/app'
import { DEVELOPER } from '@sightline/api/sign-on/dev-token'
import { SightlineError } from '@sightline/schemas/errors'
import { expect, it } from 'vitest'

const headers = { authorization: 'Bearer any' }
const developer = () => DEVELOPER
const audit = { record: async () => {} }

/** An app whose displays fail in a given way. */
const appThatThrows = (error: Error) => {
  const list = () => {
    throw error
  }
  return buildApp({ developer, audit, clock: Date.now, displays: { list } } as unknown as AppDeps)
}

it('an unexpected error reveals nothing internal', async () => {
  const app = await appThatThrows(new TypeError('secret of the inside'))
  const answer = await app.inject({ url: '/v1/displays', headers })
  expect(answer.statusCode).toBe(500)
  expect(answer.json()).toMatchObject({ code: 'INTERNAL', title: 'Internal' })
  expect(answer.body).not.toContain('secret')
})

it('a known error has its status, code and hint', async () => {
  const app = await appThatThrows(new SightlineError('BROKER_FAILED', 'it failed', { hint: 'Wait.' }))
  const answer = await app.inject({ url: '/v1/displays', headers })
  expect(answer.json()).toMatchObject({
    type: 'https://sightline.invalid/problems/broker-failed',
    title: 'Broker failed',
    status: 503,
    detail: 'it failed',
    code: 'BROKER_FAILED',
    hint: 'Wait.',
  })
})

it.each([
  ['a body of another kind', 415, 'MESSAGE_INVALID', { 'content-type': 'text/xml' }, '<a/>'],
  ['too large a body', 413, 'MESSAGE_INVALID', { 'content-type': 'application/json' }, ' '.repeat(70_000)],
  ['an empty body', 400, 'MESSAGE_NOT_JSON', { 'content-type': 'application/json' }, ''],
])('refuses %s', async (_what, status, code, type, payload) => {
  const app = await appThatThrows(new Error('never'))
  const answer = await app.inject({
    url: '/v1/displays',
    method: 'POST',
    headers: { ...headers, ...type },
    payload,
  })
  expect(answer.statusCode).toBe(status)
  expect(answer.json()).toMatchObject({ status, code })
})
