import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { startEmbeddedBroker } from '@sightline/broker/embedded'
import { own, startOf } from '@sightline/broker/owner'
import { root } from '@sightline/runtime/root'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { quiet, temporaryFolder } from '../support/broker.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(() => folder.remove())

const start = () => startEmbeddedBroker({ vendors: [], edges: {}, dataDir: folder.path, log: quiet })

test('a folder that a running process uses is refused, and its broker left alone', async () => {
  const other = spawn('sleep', ['60'])
  await writeFile(join(folder.path, 'owner.pid'), String(other.pid))
  await expect(start()).rejects.toMatchObject({
    code: 'BROKER_FOLDER_IN_USE',
    hint: expect.stringContaining('--data'),
  })
  other.kill()
  await once(other, 'exit')
  await (await start()).stop()
})

test('whoever has the number of an owner that is gone, after a restart of the machine, keeps nobody out', async () => {
  const path = join(folder.path, 'owner.pid')
  await writeFile(path, `${process.ppid} ${startOf(process.ppid)}`)
  await expect(own(folder.path)).rejects.toMatchObject({ code: 'BROKER_FOLDER_IN_USE' })
  await writeFile(path, `${process.ppid} 1`)
  await own(folder.path)
  expect(await readFile(path, 'utf8')).toBe(`${process.pid} ${startOf(process.pid)}`)
})

test('a broker that a killed supervisor left behind is ended before another starts on its store', async () => {
  const left = await start()
  const again = await start()
  await left.exited
  expect(again.pid).not.toBe(left.pid)
  await again.stop()
})

test('a supervisor that ends without stopping it leaves no server behind', async () => {
  const script = `
    const { startEmbeddedBroker } = await import(${JSON.stringify(join(root, 'broker/dist/embedded.js'))})
    const { createLog } = await import(${JSON.stringify(join(root, 'runtime/dist/log.js'))})
    const options = { vendors: [], edges: {}, dataDir: ${JSON.stringify(folder.path)}, log: createLog('test', 'silent') }
    const { pid } = await startEmbeddedBroker(options)
    process.stdout.write(String(pid), () => process.exit(0))`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const pid = Number(await text(child.stdout))
  expect(pid).toBeGreaterThan(1)
  // One that has ended and that nobody has waited for has no command line.
  const command = () => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  await vi.waitFor(async () => expect(await command()).toBe(''), 30_000)
})

test('keys are created once, and the configuration contains none', async () => {
  const first = await start()
  const seed = await readFile(join(first.keys, 'admin.nk'), 'utf8')
  await first.stop()
  await (await start()).stop()
  expect(await readFile(join(first.keys, 'admin.nk'), 'utf8')).toBe(seed)
  expect(await readFile(join(folder.path, 'nats-server.json'), 'utf8')).not.toContain(seed.trim())
})

test('a server that cannot start says where to find the reason', async () => {
  await writeFile(join(folder.path, 'jetstream'), 'a file where the store should be')
  await expect(start()).rejects.toMatchObject({
    code: 'BROKER_FAILED',
    hint: expect.stringContaining('nats-server.log'),
  })
})
