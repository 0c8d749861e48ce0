import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { newCase } from '@sightline/api/cases/steps'
import { openCases } from '@sightline/api/cases/store'
import { openLink } from '@sightline/broker/link'
import {
  CASES,
  DISSEMINATIONS,
  LOOKOUTS,
  PRODUCTS,
  QUERY_CACHE,
  SAVED,
  WRITES_DONE,
} from '@sightline/schemas/streams'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { quiet, type TestBroker, testBroker } from '../../support/broker.ts'
import { aCase } from './support.ts'

/** Cases and what came of them are the api's alone: the broker refuses everybody else, whatever the api decides. */
describe('the broker', () => {
  let broker: TestBroker
  beforeAll(async () => {
    broker = await testBroker()
  })
  afterAll(() => broker.remove())

  it.each([CASES, SAVED, PRODUCTS, LOOKOUTS, DISSEMINATIONS, QUERY_CACHE, WRITES_DONE])(
    'gives nobody but the api access to the bucket %s (ACC-8)',
    async (bucket) => {
      const stream = `KV_${bucket}`
      await jetstream(await broker.as('admin')).publish(`$KV.${bucket}.thing`, '{}')
      const attempts = ['edge', 'sim', 'matcher', 'auditor'].flatMap((user) => tries(user, bucket, stream))
      const byApi = await Promise.all(
        tries('api', bucket, stream)
          .slice(0, 2)
          .map(async ([, attempt]) => isRefused(attempt)),
      )
      expect(byApi).toEqual([false, false])
      const outcomes = await Promise.all(
        attempts.map(async ([what, attempt]) => [what, await isRefused(attempt)]),
      )
      expect(outcomes).toEqual(attempts.map(([what]) => [what, true]))
      const admin = await jetstreamManager(await broker.as('admin'))
      expect((await admin.streams.info(stream)).state).toMatchObject({ messages: 1, last_seq: 2 })
    },
  )

  it.each([DISSEMINATIONS])('does not let the api delete a message of %s (AUD-7)', async (bucket) => {
    const manager = await jetstreamManager(await broker.as('api'), { timeout: 500, checkAPI: false })
    const refused = await isRefused(() => manager.streams.deleteMessage(`KV_${bucket}`, 1))
    expect(refused).toBe(true)
  })

  it('lets an api start that was killed between erasing a case and recording it (AUD-6)', async () => {
    const link = await openLink(await broker.as('api'))
    const stop = new AbortController()
    const made = (id: string) => newCase(aCase(), id, 'anna', Date.UTC(2026, 10, 24))
    const first = await openCases(link, quiet, stop.signal)
    await first.put('kept', made('kept'), 0)
    const { revision } = await first.put('erased', made('erased'), 0)
    await link.manager.streams.deleteMessage(`KV_${CASES}`, revision, true)
    const second = await openCases(link, quiet, stop.signal)
    expect(second.select(() => true).map(({ id }) => id)).toEqual(['kept'])
    await expect(second.erase('erased', revision)).rejects.toMatchObject({ code: 'CONFLICT' })
    stop.abort()
  })

  type Try = [what: string, attempt: () => Promise<unknown>]
  function tries(user: string, bucket: string, stream: string): Try[] {
    // Who is refused hears nothing, and waits this out; the api is answered, however busy the machine is.
    const timeout = user === 'api' ? 30_000 : 500
    const manager = async () => jetstreamManager(await broker.as(user), { timeout, checkAPI: false })
    const subject = `$KV.${bucket}.thing`
    return [
      [`${user} writes`, async () => jetstream(await broker.as(user)).publish(subject, 'x', { timeout })],
      [`${user} reads`, async () => (await manager()).direct.getMessage(stream, { last_by_subj: subject })],
      [`${user} reads another way`, async () => (await manager()).streams.getMessage(stream, { seq: 1 })],
      [`${user} follows`, async () => (await manager()).consumers.add(stream, { name: 'spy' })],
      [`${user} deletes a message`, async () => (await manager()).streams.deleteMessage(stream, 1)],
      [`${user} empties`, async () => (await manager()).streams.purge(stream)],
      [`${user} removes`, async () => (await manager()).streams.delete(stream)],
    ]
  }
})

async function isRefused(attempt: () => Promise<unknown>): Promise<boolean> {
  try {
    await attempt()
    return false
  } catch {
    return true
  }
}
