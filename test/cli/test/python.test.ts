import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CHECKED, ensurePython, pythonReport } from '@sightline/cli/test/python'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sightline-python-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('the checks of Python', { timeout: 240_000 }, () => {
  it.each([
    ['nothing', 'def half(of: int) -> float:\n    return of / 2\n', []],
    ['an import that nobody uses', 'import os\n', ['linter of Python (training/)']],
    ['a text where a number belongs', 'count: int = "many"\n', ['types of Python (training/)']],
  ])('find %s', (_what, source, faults) => {
    writeFileSync(join(folder, 'planted.py'), source)
    const report = pythonReport(ensurePython(CHECKED), folder)
    expect(report.faults).toEqual(faults)
    expect(report.lines).toEqual(faults.length > 0 ? [] : ['python: linted, types checked'])
  })

  it('say when they could not run, and why', () => {
    expect(pythonReport({ fault: 'python3 cannot be started' })).toEqual({
      faults: [],
      lines: ['python: NOT CHECKED, because python3 cannot be started (training/requirements-check.txt)'],
    })
  })
})
