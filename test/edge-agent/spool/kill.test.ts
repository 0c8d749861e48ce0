import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../support/broker.ts'
import { howOften } from '../../support/long.ts'

/** How often the agent is killed, each time at a random moment. */
const KILLS = howOften(20, 200, 'SIGHTLINE_TEST_KILLS')
const CAMERAS = 3

interface Report {
  appended?: string
  delivered?: string
  camera: string
  number: number
}

test(
  `when killed ${KILLS} times, what was appended arrives in order, and only what was on its way comes twice`,
  async () => {
    const folder = await temporaryFolder()
    const appended = new Set<string>()
    const delivered = new Map<string, number>()
    const lastOf = new Map<string, number>()
    const overtaken: string[] = []
    let next = 1

    /** Runs one agent until it ends, or kills it some milliseconds after its first sign of life. */
    async function run(killAfterMs: number | null): Promise<void> {
      const script = new URL('agent.mjs', import.meta.url).pathname
      const child = fork(script, [
        join(folder.path, 'spool'),
        String(next),
        killAfterMs === null ? '' : 'append',
      ])
      let alive = false
      child.on('message', ({ appended: stored, delivered: id, camera, number }: Report) => {
        if (!alive && killAfterMs !== null) setTimeout(() => child.kill('SIGKILL'), killAfterMs)
        alive = true
        next = Math.max(next, number + 1)
        if (stored) appended.add(stored)
        if (!id) return
        if (!delivered.has(id)) {
          if (number < (lastOf.get(camera) ?? 0)) overtaken.push(id)
          lastOf.set(camera, number)
        }
        delivered.set(id, (delivered.get(id) ?? 0) + 1)
        child.send(id, () => {})
      })
      const [status, signal] = await once(child, 'exit')
      expect([status, signal]).toEqual(killAfterMs === null ? [0, null] : [null, 'SIGKILL'])
      // A number whose report died with the agent must not come again.
      next += 1000
    }

    try {
      for (let kill = 0; kill < KILLS; kill++) await run(Math.random() * 150)
      await run(null)
      const missing = [...appended].filter((id) => !delivered.has(id))
      const doubled = [...delivered.values()].reduce((sum, times) => sum + times - 1, 0)
      expect(missing).toEqual([])
      expect(overtaken).toEqual([])
      expect(doubled).toBeLessThanOrEqual(KILLS * CAMERAS)
      expect(appended.size).toBeGreaterThan(KILLS)
      process.stderr.write(
        `spool: ${appended.size} appended, ${delivered.size} delivered, ${doubled} twice\n`,
      )
    } finally {
      await folder.remove()
    }
  },
  60_000 + KILLS * 3_000,
)
