import { join } from 'node:path'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { startPublisher } from '@sightline/edge-agent/publisher/publisher'
import { agentPictures, agentReads, EMBEDDED_SIZE } from '@sightline/schemas/streams'
import { agentSubject, pictureName, pictureSubject, readSubject } from '@sightline/schemas/subjects'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { quiet, readsManager, type TestBroker, temporaryFolder, testBroker } from '../../support/broker.ts'
import { aRead } from '../../support/reads.ts'

// A stream drops a message with an id that it has seen, from any sender. Anybody who knows a camera, a plate and an instant
// can make the id of the read: under it he publishes something of his own, just before.

let broker: TestBroker
let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeEach(async () => {
  // One agent group: the reads and pictures of both agents lie in the same streams.
  const size = { ...EMBEDDED_SIZE, agentStreams: 1 }
  broker = await testBroker({ vendors: ['sim'], edges: { edge: ['gate-1'], other: ['gate-2'] } }, size)
  folder = await temporaryFolder()
})
afterEach(async () => {
  await broker.remove()
  await folder.remove()
})

test('an agent’s read and images arrive, even if others published under their ids', async () => {
  const read = aRead()
  const pictures = [
    pictureName('edge', 'gate-1', read.id, 'plate'),
    pictureName('edge', 'gate-1', read.id, 'vehicle'),
  ]
  const [vendor, other] = [jetstream(await broker.as('sim')), jetstream(await broker.as('other'))]
  await vendor.publish(readSubject('sim', 'lot-7'), 'mine', { msgID: read.id })
  for (const name of pictures) {
    await other.publish(pictureSubject(`edge.gate-2.${read.id}.plate`), name, { msgID: name })
  }

  const address = { servers: broker.url, keys: broker.keys, user: 'edge' }
  const publisher = await startPublisher({
    ...{ ...address, spool: join(folder.path, 'spool'), spoolBytes: 100e6, log: quiet },
  })
  const camera = 'gate-1'
  await publisher.spools.reads.commit({
    ...{ camera, messages: [{ id: read.id, payload: Buffer.from(JSON.stringify(read)) }], state: '' },
  })
  for (const id of pictures) {
    await publisher.spools.pictures.append({ camera, id, payload: Buffer.from('a picture') })
  }
  await publisher.drained(AbortSignal.timeout(20_000))
  await publisher.close()

  const admin = await broker.as('admin')
  const last = (subject: string) => ({ last_by_subj: subject })
  const stored = await (await readsManager(admin)).streams.getMessage(
    agentReads(0),
    last(agentSubject(readSubject('edge', camera), 0)),
  )
  expect(stored?.json()).toEqual(read)
  const manager = await jetstreamManager(admin)
  for (const name of pictures) {
    const picture = await manager.streams.getMessage(
      agentPictures(0),
      last(agentSubject(pictureSubject(name), 0)),
    )
    expect(picture?.string()).toBe('a picture')
  }
})
