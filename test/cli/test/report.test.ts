import { failuresOf, outcomeOf, type VitestReport } from '@sightline/cli/test/report'
import { expect, test } from 'vitest'

const file = (name: string, ...states: string[]): VitestReport['testResults'][number] => ({
  name,
  status: states.includes('failed') ? 'failed' : 'passed',
  message: states.length === 0 ? 'Error: a word too many\n    at a:1' : '',
  assertionResults: states.map((status, i) => ({
    fullName: `${name} ${i}`,
    status,
    failureMessages: status === 'failed' ? [`Error: 1 is not 2\n    at ${name}:7`] : [],
  })),
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

test('each failure is a line: what failed, and how its message begins', () => {
  const broken = { ...file('b'), status: 'failed' }
  const report = { testResults: [file('a', 'passed', 'failed', 'failed'), broken, file('c', 'passed')] }
  expect(failuresOf(report)).toEqual([
    'a > a 1: Error: 1 is not 2',
    'a > a 2: Error: 1 is not 2',
    'b: Error: a word too many',
  ])
})

test('a failure with a long message stays a line', () => {
  const [line] = failuresOf({ testResults: [{ ...file('a'), status: 'failed', message: 'x'.repeat(9_999) }] })
  expect(line!.length).toBeLessThan(300)
})
