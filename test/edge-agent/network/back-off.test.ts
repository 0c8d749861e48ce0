import { createBackOff } from '@sightline/edge-agent/network/back-off'
import { expect, test } from 'vitest'

const failed = { code: 'SOURCE_UNAVAILABLE' } as const
const denied = { code: 'SOURCE_DENIED' } as const

test('pauses grow until something works', () => {
  const { pauseAfter, worked } = createBackOff()
  const pauses = Array.from({ length: 7 }, () => pauseAfter(failed))
  expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
  worked()
  expect([pauseAfter(undefined), pauseAfter(failed)]).toEqual([1000, 2000])
})

test('a password that was refused twice is not tried until the camera locks the account', () => {
  const { pauseAfter, worked } = createBackOff()
  expect(pauseAfter(denied)).toBe(1000)
  for (let n = 0; n < 3; n++) expect(pauseAfter(denied)).toBeGreaterThan(300_000)
  expect(pauseAfter(failed)).toBeLessThan(60_000)
  worked()
  expect(pauseAfter(denied)).toBe(1000)
})
