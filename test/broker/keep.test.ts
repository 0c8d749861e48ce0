import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { connectBroker } from '@sightline/broker/connect'
import { root } from '@sightline/runtime/root'
import { expect, it } from 'vitest'
import { quiet, temporaryFolder } from '../support/broker.ts'

it('`broker run` starts a server again that has died, and ends with a status when it cannot', async () => {
  const folder = await temporaryFolder()
  const program = join(root, 'cli/dist/main.js')
  const child = spawn(process.execPath, [program, 'broker', 'run', '--json', '--data', folder.path], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  const said = text(child.stderr)
  const someone = spawn('sleep', ['600'])
  try {
    const [line] = await once(createInterface({ input: child.stdout }), 'line')
    const { url, keys } = JSON.parse(String(line)) as { url: string; keys: string }
    const serverPid = async () =>
      Number(await readFile(join(folder.path, 'nats-server.pid'), 'utf8').catch(() => ''))
    const first = await serverPid()
    process.kill(first, 'SIGKILL')
    // The same address answers again, from another process.
    await expect.poll(serverPid, { timeout: 30_000 }).not.toBe(first)
    const admin = await connectBroker({ servers: url, keys, user: 'admin' }, quiet, 30_000)
    await admin.close()

    // Another process has taken the folder: it cannot be started again.
    await writeFile(join(folder.path, 'owner.pid'), String(someone.pid))
    await expect
      .poll(async () => {
        const pid = await serverPid()
        return pid > 0 && pid !== first && process.kill(pid, 'SIGKILL')
      })
      .toBe(true)
    expect(await exited).toEqual([1, null])
    const log = await said
    expect(log).toContain('the server has ended by itself; starting it again')
    expect(log).toContain('cannot start the server again')
  } finally {
    someone.kill()
    child.kill('SIGKILL')
    await exited
    await folder.remove()
  }
})
