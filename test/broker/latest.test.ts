import { jetstream } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { latestEntry } from '@sightline/broker/latest'
import { type Link, openLink } from '@sightline/broker/link'
import { CASES, READS } from '@sightline/schemas/streams'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type TestBroker, testBroker } from '../support/broker.ts'

let broker: TestBroker
let link: Link
beforeAll(async () => {
  broker = await testBroker()
  link = await openLink(await broker.as('api'))
})
afterAll(() => broker.remove())

const bucket = async () => new Kvm(jetstream(await broker.as('admin'))).open(CASES)

it('gives the current value of a key, as the client library does', async () => {
  const kv = await bucket()
  await kv.put('other', 'another')
  await kv.put('one', 'first')
  const revision = await kv.put('one', 'x'.repeat(200_000))
  const [one, none, ...many] = await Promise.all([
    latestEntry(link, CASES, 'one'),
    latestEntry(link, CASES, 'nothing'),
    ...Array.from({ length: 100 }, () => latestEntry(link, CASES, 'other')),
  ])
  expect([one?.revision, one?.value.length, none]).toEqual([revision, 200_000, undefined])
  expect(new Set(many.map((each) => Buffer.from(each!.value).toString()))).toEqual(new Set(['another']))
  await kv.put('empty', '')
  expect((await latestEntry(link, CASES, 'empty'))?.value.length).toBe(0)
})

it.each(['delete', 'purge'] as const)('gives nothing after a %s', async (how) => {
  const kv = await bucket()
  await kv.put('gone', 'there')
  await kv[how]('gone')
  expect(await latestEntry(link, CASES, 'gone')).toBeUndefined()
})

it.each(['*', '>', 'o*', 'one two', '', 'one.', '.one', 'a..b', 'one\r\nPUB x 0'])(
  'refuses a key that could select another value: %j',
  async (key) => {
    await (await bucket()).put('one', 'first')
    await expect(latestEntry(link, CASES, key)).rejects.toThrow('is not a single subject')
  },
)

it('fails where the user may not read, and where the broker was killed; then works again', async () => {
  await expect(link.latest(READS, 'reads.sim.gate-1')).rejects.toThrow('no answer in time')
  await (await bucket()).put('one', 'kept')
  const asked = broker.kill().then(() => latestEntry(link, CASES, 'one'))
  await expect(asked).rejects.toThrow('no answer in time')
  await broker.restart()
  await expect.poll(() => link.connected(), { timeout: 30_000 }).toBe(true)
  await expect
    .poll(async () => Buffer.from((await latestEntry(link, CASES, 'one'))!.value).toString())
    .toBe('kept')
})
