import { jetstreamManager } from '@nats-io/jetstream'
import {
  ELSEWHERE_MS,
  LOCK_MS,
  lockEnd,
  MAX_WRONG,
  MAX_WRONG_ELSEWHERE,
  NONE,
  networkOf,
  withRight,
  withWrong,
} from '@sightline/api/sign-on/tries'
import { SIGN_ON_TRIES } from '@sightline/schemas/streams'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bodyOf, json, type Rig } from '../harness.ts'
import {
  codeAt,
  hire,
  PASSWORD,
  type Somebody,
  setUpByLink,
  startAgency,
  type TestClock,
} from '../people/support.ts'

/** Somebody without an account who would lock out others, or guess passwords from many places (ACC-7). */

const clock: TestClock = { now: Date.UTC(2026, 10, 24, 9) }
const DAY = 86_400_000

let rig: Rig
let anna: Somebody
let admin: Somebody
beforeAll(async () => {
  const options = { networks: ['0.0.0.0/0', '::/0'], trustedProxies: ['127.0.0.1'] }
  ;({ rig, admin } = await startAgency(clock, options))
  anna = await hire(rig, admin, clock, { id: 'anna' })
})
afterAll(() => rig.close())

/** A sign-on from an address. @param cookie of a browser that signed on before */
const signOn = (address: string, body: object, cookie?: string) =>
  fetch(
    `${rig.api.url}/v1/sign-on`,
    json(
      { id: 'anna', password: 'wrong wrong wrong', code: '000000', ...body },
      { 'x-forwarded-for': address, ...(cookie && { cookie }) },
    ),
  )
/** With all that is right; the clock goes on by one code. */
const right = (address: string, cookie?: string) => {
  clock.now += 30_000
  return signOn(address, { password: PASSWORD, code: codeAt(anna.secret, clock.now) }, cookie)
}
const known = (answer: Response) =>
  answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0]!)
    .find((pair) => pair.startsWith('sightline-known='))

describe('somebody who types wrong passwords', () => {
  it('locks out nobody who signs on from elsewhere, however long they try', async () => {
    for (let day = 0; day < 3; day++) {
      for (let n = 0; n < MAX_WRONG + 3; n++) await signOn('10.0.0.66', {})
      expect([day, (await right('10.0.0.7')).status]).toEqual([day, 204])
      expect((await right('2001:db8:7::1')).status).toBe(204)
      clock.now += DAY
    }
  })

  it('at the same address does not delay a browser in which the person signed on before, and another one only for a while', async () => {
    const before = await right('10.0.0.8')
    expect(before.status).toBe(204)
    const cookie = known(before)!
    for (let n = 0; n < MAX_WRONG; n++) await signOn('10.0.0.8', {})
    expect((await right('10.0.0.8')).status).toBe(403)
    expect((await right('10.0.0.8', cookie)).status).toBe(204)
    clock.now += 2 * LOCK_MS
    expect((await right('10.0.0.8')).status).toBe(204)
  })

  it('waits longer each time', async () => {
    const status = async () => (await signOn('10.0.0.9', {})).status
    for (let n = 0; n < MAX_WRONG - 1; n++) await status()
    for (let lock = LOCK_MS; lock < 20 * LOCK_MS; lock *= 2) {
      expect(await status()).toBe(401)
      // Tries while it is locked are not judged, and make it no longer.
      for (const part of [0, 0.5, 0.499]) {
        clock.now += lock * part
        expect([lock, await status()]).toEqual([lock, 403])
      }
      clock.now += lock * 0.001
    }
  })

  it('is forgotten once the account is set up again', async () => {
    await admin.enter()
    const bert = await hire(rig, admin, clock, { id: 'bert' })
    const wrong = { id: 'bert', password: 'wrong wrong wrong', code: '000000' }
    for (let n = 0; n < MAX_WRONG + 1; n++) await bert.send('/v1/sign-on', wrong)
    expect((await bert.signOn()).status).toBe(403)
    const invited = await admin.send('/v1/people/bert/invitation', {})
    expect([202, 204]).toContain(invited.status)
    if (invited.status === 202) {
      clock.now += 4 * DAY
      await admin.enter()
      expect((await admin.send('/v1/people/bert/invitation', {})).status).toBe(204)
    }
    const again = await setUpByLink(rig, 'bert', clock)
    expect((await again.signOn()).status).toBe(204)
  })

  it('from many places is checked only so often an hour; known browsers sign on all the while', async () => {
    const cookie = known(await right('10.0.0.7'))!
    clock.now += DAY
    let judged = 0
    for (let n = 0; n < 3 * MAX_WRONG_ELSEWHERE; n++) {
      if ((await signOn(`10.1.${n >> 8}.${n & 255}`, {})).status === 401) judged++
    }
    expect(judged).toBe(MAX_WRONG_ELSEWHERE)
    expect((await right('10.9.9.9', cookie)).status).toBe(204)
    // Of IPv6 one caller has a whole network.
    clock.now += ELSEWHERE_MS
    judged = 0
    for (let n = 0; n < 2 * MAX_WRONG; n++) {
      if ((await signOn(`2001:db8::${n + 1}`, {})).status === 401) judged++
    }
    expect(judged).toBe(MAX_WRONG)
    clock.now += ELSEWHERE_MS
    expect((await right('10.9.9.9')).status).toBe(204)
  })

  it('learns nothing about which accounts exist, and delays nobody by trying at once', async () => {
    const cookie = known(await right('10.0.0.7'))!
    const tellOf = async (id: string) => {
      const told: unknown[] = []
      for (let n = 0; n < MAX_WRONG + 2; n++) {
        const answer = await signOn('10.0.3.3', { id })
        const { code, detail } = await bodyOf<{ code: string; detail: string }>(answer)
        const headers = [...answer.headers.keys()].sort()
        told.push([answer.status, code, detail, headers])
      }
      return told
    }
    expect(await tellOf('anna')).toEqual(await tellOf('nobody-of-this-name'))
    const flood = Array.from({ length: 30 }, (_, n) => signOn(`10.5.0.${n}`, {}))
    expect((await right('10.0.0.7', cookie)).status).toBe(204)
    await Promise.all(flood)
  })

  it('with ever new names fills no disk', async () => {
    const manager = await jetstreamManager(rig.admin)
    const { max_msgs } = (await manager.streams.info(`KV_${SIGN_ON_TRIES}`)).config
    expect(max_msgs).toBeGreaterThan(0)
    for (let n = 0; n <= max_msgs; n++) rig.admin.publish(`$KV.${SIGN_ON_TRIES}.flood-${n}`, '{}')
    await rig.admin.flush()
    expect((await signOn('10.0.4.4', { id: 'one-more' })).status).toBe(401)
    await expect
      .poll(async () => (await manager.streams.info(`KV_${SIGN_ON_TRIES}`)).state.messages)
      .toBe(max_msgs)
    expect((await right('10.0.0.7')).status).toBe(204)
  })
})

describe('the count of wrong passwords', () => {
  const address = fc.constantFrom('10.0.0.1', '10.0.0.2', '::1', '2001:db8::1')
  const step = fc.record({
    address,
    device: fc.constantFrom('a', 'b'),
    isRight: fc.boolean(),
    wait: fc.nat(ELSEWHERE_MS),
  })

  it('delays no known browser for tries from elsewhere, and stays small', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        let [tries, now] = [withRight(NONE, { address: '10.9.9.9', device: 'mine' }), 0]
        for (const { address, device, isRight, wait } of steps) {
          now += wait
          const from = { address, device }
          if (lockEnd(tries, from, now) !== null) continue
          tries = withWrong(tries, from, now)
          if (isRight) tries = withRight(tries, from)
          expect(lockEnd(tries, { address, device: 'mine' }, now)).toBeNull()
        }
        expect(JSON.stringify(tries).length).toBeLessThan(4000)
      }),
    )
  })

  it.each([
    ['10.1.2.3', '10.1.2.3'],
    ['::ffff:10.1.2.3', '10.1.2.3'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8::6', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
  ])('counts %s by its network: %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})
