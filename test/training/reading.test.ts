import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ensurePython } from '@sightline/cli/test/python'
import { root } from '@sightline/runtime/root'
import { beforeAll, describe, expect, test } from 'vitest'

/** The Python side of recognition, as far as it needs neither fonts nor PyTorch: its tests of reading, of the dies and of what is seen of a vehicle. */

const run = promisify(execFile)
const training = join(root, 'training')
let python: string

describe('training', () => {
  beforeAll(() => {
    const ready = ensurePython('requirements-render.txt')
    if ('fault' in ready) throw new Error(ready.fault)
    python = ready.program
  }, 240_000)

  test.each([
    ['grammar, decoding, targets and calibration hold', 'tests.test_reading'],
    ['every character of every die is drawn and told from the others', 'tests.test_issuers'],
    ['the part of a picture that shows the vehicle is that of the edge agent', 'tests.test_vehicle'],
  ])('%s', async (_, name) => {
    const { stderr } = await run(python, ['-m', 'unittest', name], { cwd: training })
    expect(stderr).toMatch(/Ran [1-9]\d* tests/)
    expect(stderr).toMatch(/OK\s*$/)
  })
})
