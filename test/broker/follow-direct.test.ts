import { jetstreamManager } from '@nats-io/jetstream'
import { headers, type NatsConnection } from '@nats-io/transport-node'
import { directGets } from '@sightline/broker/direct-gets'
import { followDirect } from '@sightline/broker/follow-direct'
import { type Link, openLink } from '@sightline/broker/link'
import { publishAll } from '@sightline/broker/publish-all'
import { ALERTS, DISPLAYS, TEST_ALERTS } from '@sightline/schemas/streams'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type TestBroker, testBroker } from '../support/broker.ts'

/** As the matcher follows what is in the agency's account. */

let broker: TestBroker
let admin: NatsConnection
let link: Link
let ending: AbortController
beforeEach(async () => {
  broker = await testBroker()
  admin = await broker.as('admin')
  link = await openLink(await broker.as('matcher'), 'AGENCY')
  ending = new AbortController()
})
afterEach(async () => {
  ending.abort()
  await broker.remove()
})

const STREAM = `KV_${DISPLAYS}`
const publish = (from: number, to: number) =>
  publishAll(
    admin,
    Array.from({ length: to - from }, (_, i) => {
      const n = from + i
      // Empty ones too, which a mark of a deletion is.
      return { subject: `$KV.${DISPLAYS}.d${n}`, payload: n % 7 === 0 ? '' : `value ${n}`, msgID: `m${n}` }
    }),
    { user: 'admin' },
  )
const expected = (count: number) =>
  Array.from({ length: count }, (_, n) => `${n + 1} $KV.${DISPLAYS}.d${n} ${n % 7 === 0 ? '' : `value ${n}`}`)

/** Follows until so many have come. */
async function followed(
  count: number,
  batch: number,
  onBatch: (seen: number) => unknown = () => {},
): Promise<string[]> {
  const seen: string[] = []
  const options = { stream: STREAM, subject: `$KV.${DISPLAYS}.>`, from: 1, batch, signal: ending.signal }
  for await (const messages of followDirect(link, options)) {
    expect(messages.length).toBeLessThanOrEqual(batch)
    for (const { seq, subject, time, ...message } of messages.map((one) => ({
      ...{ seq: one.seq, subject: one.subject, time: one.time, text: one.string() },
    }))) {
      expect(Math.abs(time.getTime() - Date.now())).toBeLessThan(120_000)
      seen.push(`${seq} ${subject} ${message.text}`)
    }
    await onBatch(seen.length)
    if (seen.length >= count) break
  }
  return seen
}

test.each([1, 7, 1000])('every message comes once and in order, %i at a time', async (batch) => {
  await publish(0, 300)
  const seen = followed(500, batch)
  await publish(300, 500)
  expect(await seen).toEqual(expected(500))
})

test('no message is lost or repeated when the broker is killed or stopped meanwhile', async () => {
  await publish(0, 2000)
  let disturbed = 0
  const seen = await followed(4000, 500, async (count) => {
    if (count >= 1000 && disturbed === 0) {
      disturbed++
      await broker.kill()
      await broker.restart()
      await publish(2000, 3000)
    }
    if (count >= 2500 && disturbed === 1) {
      disturbed++
      await broker.restart()
      await publish(3000, 4000)
    }
  })
  expect(seen).toEqual(expected(4000))
  expect(disturbed).toBe(2)
})

test.each([
  ['in the account itself', 'admin'],
  ['by a third account', 'matcher'],
])('a message stored %s arrives at once, not at the next poll', async (_where, user) => {
  const connection = await broker.as(user)
  const follower = await openLink(await broker.as('replay'), 'AGENCY')
  const heard = new Map<string, number>()
  const following = (async () => {
    const options = {
      stream: TEST_ALERTS,
      subject: 'test-alerts.*',
      from: 1,
      batch: 100,
      signal: ending.signal,
    }
    for await (const batch of followDirect(follower, options)) {
      for (const message of batch) heard.set(message.string(), performance.now())
      if (heard.size === 6) return
    }
  })()
  const delays: number[] = []
  for (let n = 0; n < 6; n++) {
    await new Promise((wake) => setTimeout(wake, 300))
    const sent = performance.now()
    await publishAll(connection, [{ subject: 'test-alerts.d', payload: `${n}`, msgID: `${n}` }], { user })
    await expect.poll(() => heard.has(`${n}`), { timeout: 30_000, interval: 5 }).toBe(true)
    delays.push(heard.get(`${n}`)! - sent)
  }
  await following
  // It looks once a second when nothing is heard; the median is for a busy machine.
  expect(delays.sort((a, b) => a - b)[2]).toBeLessThan(250)
})

test('the first message since a moment is found; when there is none, nothing comes', async () => {
  const js = await jetstreamManager(admin)
  expect(await directGets(link, ALERTS, { seq: 1 }, 10, ending.signal)).toEqual([])
  await publishAll(admin, [{ subject: 'alerts.a', payload: '1', msgID: '1' }], { user: 'admin' })
  await new Promise((wake) => setTimeout(wake, 50))
  const moment = new Date().toISOString()
  await publishAll(admin, [{ subject: 'alerts.b', payload: '2', msgID: '2' }], { user: 'admin' })
  const found = await directGets(link, ALERTS, { start_time: moment }, 1, ending.signal)
  expect(found?.map(({ seq, subject }) => [seq, subject])).toEqual([[2, 'alerts.b']])
  expect((await js.streams.info(ALERTS)).state.consumer_count).toBe(0)
})

test('headers that a publisher set in place of the server’s hide no message and skip none', async () => {
  const forged = [
    { 'Nats-Sequence': '999', 'Nats-Num-Pending': '7', 'Nats-Subject': 'alerts.x' },
    { Other: '1' },
    { 'Nats-Sequence': '1' },
  ]
  for (const [n, names] of forged.entries()) {
    // Empty ones too; the line of status is the library's, which lets none be chosen but by number.
    const h = headers(n === 1 ? 404 : 0, n === 1 ? 'Message Not Found' : '')
    for (const [name, value] of Object.entries(names)) h.set(name, value)
    admin.publish(`alerts.d${n}`, '', { headers: h })
  }
  await admin.flush()
  await new Promise((wake) => setTimeout(wake, 200))
  const got = await directGets(link, ALERTS, { seq: 1 }, 10, ending.signal)
  expect(got?.map(({ seq, subject }) => [seq, subject])).toEqual(
    forged.map((_, n) => [n + 1, `alerts.d${n}`]),
  )
})

test('an interrupted or forbidden answer is no answer', async () => {
  await publish(0, 1)
  const given = new AbortController()
  const asked = directGets(link, STREAM, { seq: 1 }, 10, given.signal)
  given.abort()
  expect(await asked).toBeUndefined()
  expect(await directGets(link, 'KV_PEOPLE', { seq: 1 }, 10, ending.signal)).toBeUndefined()
})
