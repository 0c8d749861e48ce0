import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { root } from '@sightline/runtime/root'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { temporaryFolder } from '../support/broker.ts'
import compile from '../support/compile.ts'

/**
 * Another user of the same host looks for keys, records, logs and pictures, where whoever started the system had a umask of
 * nothing. The whole tree is walked after a real start: of programs that others wrote, too (nats-server, ClickHouse).
 */

const SIGHTLINE = join(root, 'cli/dist/main.js')
let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeAll(async () => {
  compile()
  folder = await temporaryFolder()
})
afterAll(() => folder.remove())

/** Files and folders below that others may do anything with, and how many there are in all. */
async function open(below: string): Promise<{ open: string[]; seen: number }> {
  const found = { open: [] as string[], seen: 0 }
  const look = async (path: string): Promise<void> => {
    // What is gone meanwhile nobody reads.
    const entry = await lstat(path).catch(() => null)
    if (!entry || entry.isSymbolicLink()) return
    found.seen++
    if ((entry.mode & 0o077) !== 0) found.open.push(`${path} ${(entry.mode & 0o777).toString(8)}`)
    if (!entry.isDirectory()) return
    for (const name of await readdir(path).catch(() => [])) await look(join(path, name))
  }
  await look(below)
  return found
}

const withoutUmask = (args: string) => ['-c', `umask 000; exec "${process.execPath}" "${SIGHTLINE}" ${args}`]

it('only their user can read what `broker init` writes, for one server and for a cluster', async () => {
  const data = join(folder.path, 'init')
  await promisify(execFile)('sh', withoutUmask(`broker init --out "${data}" --nodes a b c`))
  const { open: found, seen } = await open(data)
  expect(found).toEqual([])
  expect(seen).toBeGreaterThan(5)
})

it('so it is with everything that the demo writes: broker, api, matcher, vendor, edge agent, their logs', async () => {
  const data = join(folder.path, 'demo')
  const demo = spawn('sh', withoutUmask(`demo --data "${data}" --json`), {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    for await (const line of createInterface(demo.stdout)) if (line.includes('"read"')) break
    const { open: found, seen } = await open(data)
    expect(found).toEqual([])
    // Stores of the broker and of ClickHouse: hundreds.
    expect(seen).toBeGreaterThan(100)
  } finally {
    const ended = once(demo, 'exit')
    demo.kill('SIGINT')
    await ended
  }
  expect((await open(data)).open).toEqual([])
}, 150_000)
