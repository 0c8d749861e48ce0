import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '@sightline/runtime/root'
import { expect, test, vi } from 'vitest'
import { temporaryFolder } from '../support/broker.ts'

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('a benchmark that is ended by %s leaves no broker and no folder', async (signal, status) => {
  const folder = await temporaryFolder()
  try {
    const program = join(root, 'cli/dist/main.js')
    const bench = spawn(process.execPath, [program, 'bench', 'backlog'], {
      env: { ...process.env, TMPDIR: folder.path },
      stdio: 'ignore',
    })
    const ended = once(bench, 'exit')
    const pid = await vi.waitFor(async () => {
      const [own = ''] = await readdir(folder.path)
      const pid = Number(await readFile(join(folder.path, own, 'nats-server.pid'), 'utf8'))
      // The file is there a moment before what is in it; and 0 is this process's own group, which never ends.
      expect(pid).toBeGreaterThan(0)
      return pid
    }, 30_000)
    bench.kill(signal)
    expect(await ended).toEqual([status, null])
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), 30_000)
    expect(await readdir(folder.path)).toEqual([])
  } finally {
    await folder.remove()
  }
})
