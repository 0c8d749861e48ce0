import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CLIENT_TYPES, reference, writeClientTypes } from '@sightline/cli/commands/docs'
import { root } from '@sightline/runtime/root'
import { expect, test } from 'vitest'
import { temporaryFolder } from './support/broker.ts'

test('the API reference matches the schemas (else: ./sightline docs)', async () => {
  for (const [name, text] of await reference()) {
    expect(await readFile(join(root, 'docs/api', name), 'utf8'), name).toBe(text)
  }
})

test("the types of the console's client match the OpenAPI document (else: ./sightline docs)", async () => {
  const folder = await temporaryFolder()
  const fresh = join(folder.path, 'types.d.ts')
  writeClientTypes(fresh)
  expect(await readFile(fresh, 'utf8')).toBe(await readFile(CLIENT_TYPES, 'utf8'))
  await folder.remove()
})
