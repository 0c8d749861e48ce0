import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { jetstream } from '@nats-io/jetstream'
import { connectBroker } from '@sightline/broker/connect'
import { keepBroker } from '@sightline/broker/keep'
import { stuckStreams } from '@sightline/broker/stuck-store'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { quiet, temporaryFolder } from '../support/broker.ts'

it('the server’s log names the streams that it refuses to store', () => {
  const line = (stream: string, why: string) =>
    `[25772] 2026/12/01 02:50:51.277683 [ERR] JetStream failed to store a msg on stream '${stream}': ${why}\n`
  const full = 'write /data/jetstream/AGENCY/streams/ALERTS/msgs/1.blk: no space left on device'
  expect(stuckStreams(line('AGENCY > ALERTS', full).repeat(3) + line('AGENCY > AUDIT', full))).toEqual([
    'ALERTS',
    'AUDIT',
  ])
  expect(stuckStreams(line('AGENCY > ALERTS', 'maximum messages exceeded'))).toEqual([])
})

/** Writes zeros until the disk refuses. */
function fill(path: string): void {
  const zeros = Buffer.alloc(4096)
  try {
    for (;;) appendFileSync(path, zeros)
  } catch (error) {
    expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC')
  }
}

const mount = (...args: string[]) => execFileSync('mount', args, { stdio: 'ignore' })

/** Whether this process may mount a disk of its own, which it then fills. */
function canMount(): boolean {
  try {
    mkdirSync('/tmp/sightline-mount', { recursive: true })
    mount('-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', '/tmp/sightline-mount')
    execFileSync('umount', ['/tmp/sightline-mount'])
    return true
  } catch {
    return false
  }
}

describe.skipIf(!canMount())('a broker on a disk that was full', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let disk: string
  beforeAll(async () => {
    folder = await temporaryFolder()
    disk = join(folder.path, 'disk')
    mkdirSync(disk)
    mount('-t', 'tmpfs', '-o', 'size=128m', 'tmpfs', disk)
  })
  afterAll(async () => {
    execFileSync('umount', ['--lazy', disk])
    await folder.remove()
  })

  it('is started again once there is room, and stores again', async () => {
    const restarts: number[] = []
    const size = { replicas: 1, storageGib: 1 / 16 }
    const parties = { vendors: [], edges: {} }
    const options = { ...parties, size, dataDir: join(disk, 'broker'), log: quiet, storeLookMs: 100 }
    const balloon = join(disk, 'balloon')
    const broker = await keepBroker(options, () => restarts.push(broker.pid()))
    const before = broker.pid()
    const admin = await connectBroker({ servers: broker.url, keys: broker.keys, user: 'admin' }, quiet)
    const js = jetstream(admin)
    const message = Buffer.alloc(50_000, 'x')
    const put = () =>
      js.publish('alerts.display-1', message, { timeout: 500 }).then(
        () => true,
        () => false,
      )
    try {
      expect(await put()).toBe(true)
      fill(balloon)
      for (let tries = 0; tries < 100 && (await put()); tries++);
      // Full: to end it now would not help.
      expect([await put(), restarts, broker.pid()]).toEqual([false, [], before])
      rmSync(balloon)
      await expect.poll(put, { timeout: 30_000 }).toBe(true)
      // The new server stores before its start is over.
      await expect.poll(() => broker.pid(), { timeout: 30_000 }).not.toBe(before)
      expect(restarts).toEqual([before])

      // Killed on a full disk, it starts there, and stores when there is room.
      const second = broker.pid()
      fill(balloon)
      process.kill(second, 'SIGKILL')
      await expect.poll(() => broker.pid(), { timeout: 30_000 }).not.toBe(second)
      expect(await put()).toBe(false)
      rmSync(balloon)
      await expect.poll(put, { timeout: 30_000 }).toBe(true)
    } finally {
      await admin.close()
      await broker.stop()
    }
  })
})
