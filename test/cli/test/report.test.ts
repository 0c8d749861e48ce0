import { outcomeOf, type VitestReport } from '@sightline/cli/test/report'
import { expect, test } from 'vitest'

const file = (name: string, ...states: string[]): VitestReport['testResults'][number] => ({
  name,
  status: states.includes('failed') ? 'failed' : 'passed',
  assertionResults: states.map((status, i) => ({ fullName: `${name} ${i}`, status })),
})

test('a file whose process died is unfinished and counts as failed', () => {
  const report = { testResults: [file('a', 'passed', 'pending'), file('b', 'passed', 'skipped', 'todo')] }
  expect(outcomeOf(report, 1)).toEqual({ passed: 2, failed: 1, skipped: 2, unfinished: ['a'] })
})

test('a file that does not load is a failure', () => {
  expect(outcomeOf({ testResults: [{ ...file('a'), status: 'failed' }] }, 0).failed).toBe(1)
})

test('a run that fails outside any file is a failure', () => {
  expect(outcomeOf({ testResults: [file('a', 'passed')] }, 1).failed).toBe(1)
})
