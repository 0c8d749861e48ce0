import { jetstream } from '@nats-io/jetstream'
import { type KV, Kvm } from '@nats-io/kv'
import { openLink } from '@sightline/broker/link'
import { followDisplays, loadDisplay } from '@sightline/matcher/displays'
import { keepDisplays } from '@sightline/matcher/kept-displays'
import { createDisplayIndex } from '@sightline/matching'
import type { Display } from '@sightline/schemas/display'
import { DISPLAYS } from '@sightline/schemas/streams'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type TestBroker, testBroker } from '../support/broker.ts'
import { aDisplay } from '../support/displays.ts'

let broker: TestBroker
let bucket: KV
const ending = new AbortController()

beforeEach(async () => {
  broker = await testBroker()
  bucket = await new Kvm(jetstream(await broker.as('admin'))).open(DISPLAYS)
})
afterEach(async () => {
  ending.abort()
  await broker.remove()
})

const put = (change: Partial<Display>) => {
  const value = aDisplay(change)
  return bucket.put(value.id, JSON.stringify(value))
}

test('what is kept whole is what the bucket has, from before the start and after it', async () => {
  await put({ id: 'a', reason: 'The first reason' })
  await put({ id: 'b' })
  await put({ id: 'a', reason: 'The second reason' })
  const link = await openLink(await broker.as('matcher'), 'AGENCY')
  const index = createDisplayIndex()
  const kept = keepDisplays()
  const refused: string[] = []
  await followDisplays(link, index, kept, ({ subject }) => refused.push(subject), ending.signal)
  const reason = (id: string) => JSON.parse(kept.get(id) ?? '{}').reason
  expect([reason('a'), reason('b'), index.size]).toEqual(['The second reason', aDisplay().reason, 2])

  await put({ id: 'a', reason: 'The third reason', state: 'closed' })
  await bucket.delete('b')
  await put({ id: 'c', only: { colours: ['red'] } })
  await put({ id: 'd' })
  await bucket.put('d', '{"not":"a display"}')
  await bucket.put('e', JSON.stringify(aDisplay({ id: 'another' })))
  await vi.waitFor(() => expect(refused).toEqual(['$KV.DISPLAYS.d', '$KV.DISPLAYS.e']))
  expect(index.size).toBe(1)
  expect([reason('a'), kept.get('b'), reason('c'), kept.get('d')]).toEqual([
    'The third reason',
    undefined,
    aDisplay().reason,
    undefined,
  ])
})

test('a display that is kept is not asked for; any other comes from the bucket', async () => {
  const kept = keepDisplays(2)
  for (const id of ['a', 'b', 'c', 'b']) {
    kept.put(id, JSON.stringify(aDisplay({ id, reason: 'Kept in memory' })))
    await put({ id, reason: 'Stored in the bucket' })
  }
  await bucket.delete('d')
  const loaded = ['a', 'b', 'c', 'd', 'e'].map(async (id) => (await loadDisplay(kept, bucket, id))?.reason)
  // Those written last are kept.
  expect(await Promise.all(loaded)).toEqual([
    'Stored in the bucket',
    'Kept in memory',
    'Kept in memory',
    undefined,
    undefined,
  ])
  kept.remove('b')
  expect((await loadDisplay(kept, bucket, 'b'))?.reason).toBe('Stored in the bucket')
})
