import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { reference } from '../cli/commands/docs.ts'
import { root } from '../runtime/root.ts'

test('the API reference is what the schemas say (else: ./sightline docs)', async () => {
  for (const [name, text] of await reference()) {
    expect(await readFile(join(root, 'docs/api', name), 'utf8'), name).toBe(text)
  }
})
