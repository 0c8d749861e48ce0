import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ATTACKS, attackFiles, verdicts } from '@sightline/cli/test/security'
import { root } from '@sightline/runtime/root'
import { expect, it } from 'vitest'

it.each(attackFiles())('%s exists', (file) => expect(existsSync(join(root, file))).toBe(true))

it('reports by kind what failed, and what was not tried at all', () => {
  const [first, second, ...others] = verdicts([
    { fullName: 'one', status: 'passed', file: ATTACKS[0]!.files[0]! },
    { fullName: 'two', status: 'failed', file: ATTACKS[1]!.files[0]! },
    { fullName: 'other', status: 'failed', file: 'test/api/flow.test.ts' },
  ])
  expect(first).toMatchObject({ passed: 1, failed: 0, skipped: 0 })
  expect(second).toMatchObject({ passed: 0, failed: 1 })
  expect(others.every(({ passed, failed }) => passed + failed === 0)).toBe(true)
})

it('is listed in docs/security.md, kind by kind', () => {
  const page = readFileSync(join(root, 'docs/security.md'), 'utf8')
  expect(ATTACKS.map(({ what }) => what).filter((what) => !page.includes(what))).toEqual([])
})
