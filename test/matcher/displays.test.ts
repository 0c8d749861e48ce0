import { jetstream } from '@nats-io/jetstream'
import { type KV, Kvm } from '@nats-io/kv'
import { openLink } from '@sightline/broker/link'
import { followDisplays } from '@sightline/matcher/displays'
import { createDisplayIndex } from '@sightline/matching'
import type { Display } from '@sightline/schemas/display'
import { DISPLAYS } from '@sightline/schemas/streams'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type TestBroker, testBroker } from '../support/broker.ts'
import { aDisplay } from '../support/displays.ts'
import { aRead } from '../support/reads.ts'

let broker: TestBroker
let bucket: KV
let ending: AbortController

beforeEach(async () => {
  ending = new AbortController()
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

/** An index that follows the bucket, and what could not be taken up. */
async function followed() {
  const link = await openLink(await broker.as('matcher'), 'AGENCY')
  const index = createDisplayIndex()
  const refused: string[] = []
  const displays = await followDisplays(link, index, ({ subject }) => refused.push(subject), ending.signal)
  return { index, refused, displays }
}

test('a display is what the bucket contains at this moment, from before and after the start (DSP-5)', async () => {
  await put({ id: 'a', reason: 'The first reason' })
  await put({ id: 'b' })
  await put({ id: 'a', reason: 'The second reason' })
  const { index, refused, displays } = await followed()
  const reason = async (id: string) => (await displays.get(id))?.reason
  expect([await reason('a'), await reason('b'), index.size]).toEqual([
    'The second reason',
    aDisplay().reason,
    2,
  ])

  // At once, without waiting until the index has heard of it.
  for (let n = 0; n < 50; n++) {
    await put({ id: 'a', reason: `Reason number ${n}` })
    expect(await reason('a')).toBe(`Reason number ${n}`)
  }
  await put({ id: 'a', reason: 'The last reason', state: 'closed' })
  await bucket.delete('b')
  await put({ id: 'c', only: { colors: ['red'] } })
  await put({ id: 'd' })
  await bucket.put('d', '{"not":"a display"}')
  await bucket.put('e', JSON.stringify(aDisplay({ id: 'another' })))
  expect(await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map(reason))).toEqual([
    ...['The last reason', undefined, aDisplay().reason, undefined, undefined, undefined],
  ])
  await displays.caughtUp()
  expect(refused).toEqual(['$KV.DISPLAYS.d', '$KV.DISPLAYS.e'])
  expect(index.size).toBe(1)
})

test('a caller that waits for caughtUp knows everything that was stored before (DSP-5)', async () => {
  const { index, displays } = await followed()
  for (let n = 1; n <= 200; n++) {
    await put({ id: `d${n}` })
    // Some ask while others do: each learns of its own.
    await Promise.all([displays.caughtUp(), displays.caughtUp()])
    expect(index.size).toBe(n)
  }
})

test('limits alerts by a polygon that an older version stored as corners', async () => {
  const corners = [
    [32.6, -117.3],
    [32.8, -117.3],
    [32.8, -117.1],
  ]
  await bucket.put('d1', JSON.stringify({ ...aDisplay(), only: { area: { corners } } }))
  const { index, refused, displays } = await followed()
  const polygon = corners.map(([lat, lon]) => ({ lat, lon }))
  expect((await displays.get('d1'))?.only).toEqual({ area: { polygon } })
  const matches = (lat: number, lon: number) => {
    const position = { fix: 'gps', lat, lon, accuracyM: 5, headingDeg: null, speedMps: null } as const
    return index.match(aRead({ position }), Date.parse('2026-06-01T12:00:00.000Z')).length
  }
  expect([matches(32.75, -117.2), matches(32.65, -117.11)]).toEqual([1, 0])
  // Corners that are none are refused as ever, and so is a display with both forms.
  await bucket.put('d2', JSON.stringify({ ...aDisplay({ id: 'd2' }), only: { area: { corners: [[1]] } } }))
  const both = { ...aDisplay({ id: 'd3' }), only: { area: { corners, polygon } } }
  await bucket.put('d3', JSON.stringify(both))
  await displays.caughtUp()
  expect(refused).toEqual(['$KV.DISPLAYS.d2', '$KV.DISPLAYS.d3'])
})
