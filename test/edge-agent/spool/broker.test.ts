import { join } from 'node:path'
import { jetstream } from '@nats-io/jetstream'
import { publishUntilStored } from '@sightline/broker/publish'
import { openSpool } from '@sightline/edge-agent/spool/spool'
import { EDGE_SOURCE } from '@sightline/schemas/read'
import { agentReads } from '@sightline/schemas/streams'
import { readSubject } from '@sightline/schemas/subjects'
import { expect, test, vi } from 'vitest'
import { quiet, readsManager, temporaryFolder, testBroker } from '../../support/broker.ts'

const COUNT = 40

test('when the link fails halfway, every read is in the stream once, in order, and off the disk', async () => {
  const broker = await testBroker()
  const folder = await temporaryFolder()
  const spool = await openSpool({ folder: join(folder.path, 'spool'), maxBytes: 1e7, log: quiet })
  const stopping = new AbortController()
  try {
    const js = jetstream(await broker.as('edge'))
    let delivered = 0
    const forwarding = spool.forward(async ({ camera, id, payload }) => {
      await publishUntilStored(js, readSubject(EDGE_SOURCE, camera), payload, { msgID: id }, stopping.signal)
      delivered++
    }, stopping.signal)
    for (let number = 0; number < COUNT; number++) {
      if (number === 10) await vi.waitFor(() => expect(delivered).toBeGreaterThan(0), 30_000)
      if (number === 10) await broker.stop()
      await spool.append({ camera: 'gate-1', id: `read-${number}`, payload: Buffer.from(String(number)) })
    }
    expect(spool.stats().entries).toBeGreaterThanOrEqual(COUNT - 10)
    await broker.restart()
    await vi.waitFor(() => expect(spool.stats().entries).toBe(0), { timeout: 30_000 })
    stopping.abort()
    await forwarding

    const manager = await readsManager(await broker.as('admin'))
    const stored: string[] = []
    for (let seq = 1; seq <= COUNT; seq++) {
      stored.push((await manager.streams.getMessage(agentReads(0), { seq }))?.string() ?? 'none')
    }
    expect(stored).toEqual(Array.from({ length: COUNT }, (_, number) => String(number)))
    expect((await manager.streams.info(agentReads(0))).state.messages).toBe(COUNT)
  } finally {
    stopping.abort()
    await spool.close()
    await broker.remove()
    await folder.remove()
  }
})
