import { setTimeout as pause } from 'node:timers/promises'
import { retryUntilDone } from '@sightline/broker/publish'
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
