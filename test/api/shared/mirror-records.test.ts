import { jetstreamManager } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { openMirrored, openMirroredErasable } from '@sightline/api/shared/mirror-records'
import { type Link, openLink } from '@sightline/broker/link'
import { createParser } from '@sightline/schemas/message'
import { DISSEMINATIONS, PRODUCTS } from '@sightline/schemas/streams'
import Type from 'typebox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { quiet, type TestBroker, testBroker } from '../../support/broker.ts'

let broker: TestBroker
let link: Link
const stop = new AbortController()
beforeAll(async () => {
  broker = await testBroker()
  link = await openLink(await broker.as('admin'))
})
afterAll(async () => {
  stop.abort()
  await broker.remove()
})

const Note = Type.Object({ id: Type.String(), text: Type.String() }, { additionalProperties: false })
const parser = createParser('note', Note)
const kindOf = (store: string) => ({ store, parser, what: 'note', keyOf: ({ id }: { id: string }) => id })
const options = { things: 'notes', log: quiet, stop: stop.signal }
const textsOf = async (records: { all(): Promise<{ value: { text: string } }[]> }) =>
  (await records.all()).map(({ value }) => value.text).sort()

test('a list is answered from memory, however many values there are; single values come from the bucket', async () => {
  const records = await openMirrored(link, kindOf(DISSEMINATIONS), options)
  const other = await openMirrored(link, kindOf(DISSEMINATIONS), options)
  const ids = Array.from({ length: 1000 }, (_, n) => `n${n}`)
  await Promise.all(ids.map((id) => records.put(id, { id, text: id }, 0)))
  // What this process has written is there at once.
  expect(await records.all()).toHaveLength(1000)
  await expect.poll(async () => (await other.all()).length).toBe(1000)
  const manager = await jetstreamManager(await broker.as('admin'))
  const calls = async () => (await manager.getAccountInfo()).api.total
  const before = await calls()
  for (let n = 0; n < 50; n++) await records.all()
  // The question itself is a call.
  expect((await calls()) - before).toBe(1)
  await other.put('n1', { id: 'n1', text: 'changed' }, (await records.get('n1')).revision)
  expect((await records.get('n1')).value.text).toBe('changed')
  await expect.poll(() => textsOf(records)).toContain('changed')
  await records.remove('n2')
  expect(await textsOf(records)).not.toContain('n2')
  await expect.poll(() => textsOf(other)).not.toContain('n2')
})

test('what is erased, malformed or gone without a word is in no list', async () => {
  const again = { ...options, recheckMs: 50 }
  const records = await openMirroredErasable(link, kindOf(PRODUCTS), again)
  const other = await openMirroredErasable(link, kindOf(PRODUCTS), again)
  const stored = await Promise.all(['a', 'b', 'c', 'd'].map((id) => records.put(id, { id, text: id }, 0)))
  await expect.poll(() => textsOf(other)).toEqual(['a', 'b', 'c', 'd'])
  await records.erase('a', stored[0]!.revision)
  expect(await textsOf(records)).toEqual(['b', 'c', 'd'])
  // Its process was killed between the erasing and the notice (AUD-6).
  await link.manager.streams.deleteMessage(`KV_${PRODUCTS}`, stored[1]!.revision, true)
  await link.js.publish(`$KV.${PRODUCTS}.c`, 'no note')
  for (const one of [records, other]) await expect.poll(() => textsOf(one)).toEqual(['d'])
  await expect(records.get('c')).rejects.toMatchObject({ code: 'RECORD_MALFORMED' })
  expect((await records.census()).keys).toEqual(new Set(['c', 'd']))
})

test('a copy that no longer follows its bucket says so instead of answering with what was', async () => {
  const own = new AbortController()
  const records = await openMirrored(link, kindOf(DISSEMINATIONS), { ...options, stop: own.signal })
  own.abort()
  await expect.poll(() => records.all().catch(({ code }) => code)).toBe('BROKER_FAILED')
})

test('a copy of a bucket that was created again says so, too: its watch would wait in silence', async () => {
  const buckets = new Kvm(link.js)
  const made = await buckets.create('AGAIN')
  const records = await openMirrored(link, kindOf('AGAIN'), { ...options, sameMs: 20 })
  for (const id of ['a', 'b']) await records.put(id, { id, text: 'before' }, 0)
  await expect.poll(() => textsOf(records)).toEqual(['before', 'before'])
  await made.destroy()
  const again = await buckets.create('AGAIN')
  await again.put('a', JSON.stringify({ id: 'a', text: 'after' }))
  await expect.poll(() => records.all().catch(({ code }) => code)).toBe('BROKER_FAILED')
  expect((await records.get('a')).value.text).toBe('after')
})
