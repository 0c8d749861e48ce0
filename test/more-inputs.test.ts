import { afterEach, expect, it, vi } from 'vitest'
import { atLeastOne } from './support/more-inputs.ts'

afterEach(() => vi.unstubAllEnvs())

it.each(['abc', '0', '-5', 'Infinity', '5x'])('refuses %s for a number of random inputs', (text) => {
  vi.stubEnv('SIGHTLINE_TEST_HOW_MANY', text)
  expect(() => atLeastOne('SIGHTLINE_TEST_HOW_MANY', 1)).toThrow(
    `SIGHTLINE_TEST_HOW_MANY is "${text}": give a number of at least 1`,
  )
})

it('takes a number, and the usual one where none is given', () => {
  vi.stubEnv('SIGHTLINE_TEST_HOW_MANY', '2.5')
  expect(atLeastOne('SIGHTLINE_TEST_HOW_MANY', 1)).toBe(2.5)
  vi.stubEnv('SIGHTLINE_TEST_HOW_MANY', '')
  expect(atLeastOne('SIGHTLINE_TEST_HOW_MANY', 1)).toBe(1)
})
