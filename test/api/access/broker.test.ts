import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { ACCESS, MAIL, PEOPLE, SESSIONS, SIGN_ON_TRIES } from '@sightline/schemas/streams'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestBroker, testBroker } from '../../support/broker.ts'

/** Who people are, what they may see and where they are signed on: the api's alone, whatever the api decides. */
describe.each([PEOPLE, ACCESS, SESSIONS, SIGN_ON_TRIES, MAIL])('the bucket %s', (bucket) => {
  let broker: TestBroker
  beforeAll(async () => {
    broker = await testBroker()
    const admin = jetstream(await broker.as('admin'))
    await admin.publish(`$KV.${bucket}.somebody`, '{}')
  })
  afterAll(() => broker.remove())

  test.each(['edge', 'sim', 'matcher'])('cannot be read or written by %s', async (user) => {
    const connection = await broker.as(user)
    const manager = await jetstreamManager(connection, { timeout: 500, checkAPI: false })
    const stream = `KV_${bucket}`
    const tries = {
      write: () => jetstream(connection).publish(`$KV.${bucket}.somebody`, 'x', { timeout: 500 }),
      read: () => manager.direct.getMessage(stream, { last_by_subj: `$KV.${bucket}.somebody` }),
      'read another way': () => manager.streams.getMessage(stream, { seq: 1 }),
      describe: () => manager.streams.info(stream),
      follow: () => manager.consumers.add(stream, { name: 'spy' }),
      empty: () => manager.streams.purge(stream),
      remove: () => manager.streams.delete(stream),
    }
    for (const [what, attempt] of Object.entries(tries)) {
      await expect(attempt(), what).rejects.toThrow()
    }
    const admin = await jetstreamManager(await broker.as('admin'))
    expect((await admin.streams.info(stream)).state.messages).toBe(1)
  })
})
