import { execFile } from 'node:child_process'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from '@sightline/runtime/root'
import { beforeAll, describe, expect, test } from 'vitest'

/** The Python side of recognition, as far as it needs neither fonts nor PyTorch: its tests of reading and of the dies. */

const run = promisify(execFile)
const training = join(root, 'training')
const venv = join(homedir(), '.cache/sightline/python')
const python = join(venv, 'bin/python')

describe('training', () => {
  beforeAll(async () => {
    const ready = await run(python, ['-c', 'import numpy, cv2, PIL']).then(
      () => true,
      () => false,
    )
    if (ready) return
    await run('python3', ['-m', 'venv', venv])
    const requirements = join(training, 'requirements-render.txt')
    await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements])
  }, 240_000)

  test.each([
    ['grammar, decoding, targets and calibration hold', 'tests.test_reading'],
    ['every character of every die is drawn and told from the others', 'tests.test_issuers'],
  ])(
    '%s',
    async (_, name) => {
      const { stderr } = await run(python, ['-m', 'unittest', name], { cwd: training })
      expect(stderr).toMatch(/Ran [1-9]\d* tests/)
      expect(stderr).toMatch(/OK\s*$/)
    },
    60_000,
  )
})
