import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from '@sightline/runtime/root'
import { expect, test } from 'vitest'
import { isLong } from '../../support/long.ts'

interface Result {
  faults: Record<string, number>
  lines: { what: string; ok: boolean; wrong: string[] }[]
}

// A minute of the machine: the long form alone (`./sightline test --long soak`).
test.runIf(isLong)('everything adds up after a minute of faults', async () => {
  const options = ['--for', '60s', '--seed', '11', '--fault-every', '4s', '--agents', '2', '--json']
  const program = [join(root, 'cli/dist/main.js'), 'soak', ...options]
  const { stdout } = await promisify(execFile)(process.execPath, program)
  const { faults, lines } = JSON.parse(stdout) as Result
  expect(Object.values(faults).reduce((sum, times) => sum + times, 0)).toBeGreaterThan(5)
  expect(lines.filter(({ ok }) => !ok)).toEqual([])
  expect(lines.length).toBeGreaterThan(7)
})
