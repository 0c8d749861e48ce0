import { readdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openSpool, type Spool, type SpoolEntry } from '@sightline/edge-agent/spool/spool'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { quiet, temporaryFolder } from '../support/broker.ts'
import { aRead } from '../support/reads.ts'
import { countMutations, MUTATIONS, mutated } from './mutate.ts'

countMutations()

// The spool of an edge agent on a real disk: files that were changed under it hold up nothing.

let temporary: Awaited<ReturnType<typeof temporaryFolder>>
let spool: Spool
beforeEach(async () => {
  temporary = await temporaryFolder()
})
afterEach(async () => {
  await spool.close()
  await temporary.remove()
})

/** Each is a file with a sync of its own: fewer than elsewhere. */
const FILES = Math.ceil(MUTATIONS / 10)

test('entries', { timeout: 60_000 + 20 * FILES }, async () => {
  const folder = join(temporary.path, 'spool')
  const open = () => openSpool({ folder, maxBytes: 1e9, log: quiet })
  spool = await open()
  const payload = Buffer.from(JSON.stringify(aRead()))
  for (let n = 0; n < FILES; n++) await spool.append({ camera: `gate-${n % 9}`, id: `read-${n}`, payload })
  await spool.close()
  const entries = join(folder, 'entries')
  const names = (await readdir(entries)).sort()
  const changed = [...mutated('spool', [aRead()], FILES)]
  for (const [n, name] of names.entries()) {
    const path = join(entries, name)
    await writeFile(path, changed[n]!.payload)
    // Some have another name, too.
    const other = name.replace(/\d(?=\.gate)/, 'x').slice(0, 20 + (n % 30))
    if (n % 4 === 0) await rename(path, join(entries, `${n}${other}`))
  }
  const untouched = names.length
  spool = await open()
  await spool.append({ camera: 'gate-1', id: 'last', payload })
  const delivered: SpoolEntry[] = []
  const stop = new AbortController()
  const forwarding = spool.forward(async (entry) => {
    delivered.push(entry)
    if (entry.id === 'last') stop.abort()
    return undefined
  }, stop.signal)
  await forwarding
  for (const { payload: bytes } of delivered) expect(Buffer.from(bytes).equals(payload)).toBe(true)
  expect(delivered.at(-1)?.id).toBe('last')
  const aside = await readdir(join(folder, 'corrupt'))
  expect(aside.length).toBeGreaterThan(untouched / 2)
})
