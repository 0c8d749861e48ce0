import { displayParser } from '@sightline/schemas/display'
import { checkDisplay } from '@sightline/schemas/display-rules'
import { PORTS_OF_ENTRY, portOfEntry } from '@sightline/schemas/ports-of-entry'
import { expect, test } from 'vitest'
import { aDisplay } from '../support/displays.ts'

test.each(['7ABC123', '7AB?1*', '7A[B8]C123', '*ABC*', '[0O]?????[1I]'])(
  '%s is a plate that can be watched',
  (plate) => {
    expect(displayParser.check(aDisplay({ plate }))).toBe(true)
    expect(() => checkDisplay(aDisplay({ plate }))).not.toThrow()
  },
)

test.each(['7abc', '[]', '[A', 'A]', '7A-B', '[A*]', ''])('%s is not a pattern', (plate) => {
  expect(displayParser.check(aDisplay({ plate }))).toBe(false)
})

test.each([
  ['a pattern of more characters than a plate has', { plate: '7ABC123?????' }],
  ['a pattern that nearly every plate fits (QRY-6)', { plate: 'A*' }],
  ['an unknown time zone', { only: { times: { timeZone: 'Mars/Olympus' } } }],
  ['an unknown port of entry', { portsOfEntry: ['9999'] }],
])('%s is refused', (_what, change) => {
  expect(() => checkDisplay(aDisplay(change))).toThrow(expect.objectContaining({ code: 'RULE_BROKEN' }))
})

test('each port of entry has its own code, and lies at the border', () => {
  expect(new Set(PORTS_OF_ENTRY.map(({ code }) => code)).size).toBe(PORTS_OF_ENTRY.length)
  expect(portOfEntry('2504')?.name).toMatch(/San Ysidro/)
  for (const { lat, lon } of PORTS_OF_ENTRY) {
    expect(lat).toBeGreaterThan(25.8)
    expect(lat).toBeLessThan(49.1)
    expect(lon).toBeGreaterThan(-123)
    expect(lon).toBeLessThan(-67)
  }
})
