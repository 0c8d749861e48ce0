import { setTimeout as pause } from 'node:timers/promises'
import { JetStreamApiError } from '@nats-io/jetstream'
import { isForGood, retryUntilDone } from '@sightline/broker/publish'
import { expect, test } from 'vitest'

test('any number of callers may wait on one signal, which ends them all, without a leak warning', async () => {
  const warnings: Error[] = []
  const onWarning = (warning: Error) => void warnings.push(warning)
  process.on('warning', onWarning)
  const stopping = new AbortController()
  const asks = Array.from({ length: 30 }, () =>
    retryUntilDone(() => Promise.reject(new Error('no broker')), stopping.signal),
  )
  await pause(100)
  stopping.abort(new Error('stopping'))
  const ends = await Promise.allSettled(asks)
  // Node tells of warnings in a turn of their own.
  await pause(10)
  process.off('warning', onWarning)
  expect(warnings).toEqual([])
  expect(ends).toMatchObject(Array(30).fill({ status: 'rejected', reason: { message: 'stopping' } }))
})

test('asks again until it gets an answer', async () => {
  let asked = 0
  const ask = async () => {
    if (++asked < 3) throw new Error('no broker')
    return 'answer'
  }
  expect(await retryUntilDone(ask, new AbortController().signal)).toBe('answer')
  expect(asked).toBe(3)
})

test.each([
  ['the same id is being stored', 409, 10158, false],
  ['too many messages at once', 429, 10167, false],
  ['too many batches at once', 429, 10210, false],
  ['the account has no space', 400, 10002, false],
  ['too large', 400, 10054, true],
])(
  'a refusal because of %s says nothing about another try, or that none can help',
  (_why, code, err_code, forGood) => {
    expect(isForGood(new JetStreamApiError({ code, err_code, description: '' }))).toBe(forGood)
  },
)
