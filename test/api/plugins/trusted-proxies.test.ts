import { countingKey, proxyTest } from '@sightline/api/plugins/app/networks'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { auditOf } from '../cases/support.ts'
import { json, type Rig, startRig } from '../harness.ts'

/** Somebody who guesses names another address with each try, in every header that a proxy might set (ACC-7). */

let rig: Rig
const TRIES = 5
beforeAll(async () => {
  rig = await startRig({ triesPerMinute: TRIES })
})
afterAll(() => rig.close())

const lies = (n: number) => {
  const address = `10.1.${n >> 8}.${n & 255}`
  return {
    'x-forwarded-for': `${address}, 127.0.0.2`,
    'x-real-ip': address,
    'x-client-ip': address,
    'cf-connecting-ip': address,
    'true-client-ip': address,
    forwarded: `for=${address};proto=https;host=sightline.example`,
    'x-forwarded-host': 'sightline.example',
    'x-forwarded-proto': 'https',
  }
}

describe('without a proxy that the operator named', () => {
  it('tries are counted and recorded by the connecting address, whatever the headers say', async () => {
    const statuses: number[] = []
    for (let n = 0; n < TRIES + 5; n++) {
      const body = { id: `guess-${n}`, password: 'a guess', code: '123456' }
      statuses.push((await fetch(`${rig.api.url}/v1/sign-on`, json(body, lies(n)))).status)
    }
    expect(statuses).toEqual([...Array(TRIES).fill(401), ...Array(5).fill(429)])
    const tries = (await auditOf(rig)).filter(({ action }) => action === 'sign-on')
    expect(tries.map(({ parameters }) => parameters.address)).toEqual(Array(TRIES).fill('127.0.0.1'))
  })

  it('they do not decide the host either: another site stays another site (ACC-7)', async () => {
    const headers = { ...lies(1), origin: 'https://sightline.example' }
    const answer = await fetch(
      `${rig.api.url}/v1/sign-on/development`,
      json({ person: 'ana', token: rig.api.token }, headers),
    )
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([403, 'ORIGIN_REFUSED'])
  })
})

describe('a proxy is named by its address', () => {
  it.each([
    '0.0.0.0/0',
    '::/0',
    '10.0.0.0/00',
    '0.0.0.0/1',
    '8000::/1',
    'true',
    '*',
    'loopback',
    '1',
    '',
    '10.0.0.0/33',
    'proxy.example',
  ])('%j is refused when the api starts', async (proxy) => {
    expect(() => proxyTest([proxy])).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })

  it('the api does not start with everybody as a proxy', async () => {
    await expect(rig.startApi({ trustedProxies: ['0.0.0.0/0'] })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    })
  })

  it('no other proxy is trusted', () => {
    const isProxy = proxyTest(['10.20.0.5', '2001:db8::/64'])
    for (const known of ['10.20.0.5', '::ffff:10.20.0.5', '2001:db8::7']) expect(isProxy(known)).toBe(true)
    for (const other of ['10.20.0.6', '127.0.0.1', '::1', '2001:db8:0:1::7', 'x', ''])
      expect(isProxy(other)).toBe(false)
  })
})

it('an IPv6 network is one caller, however its addresses are written; IPv4 addresses are each one', () => {
  expect(countingKey('2001:db8::1')).toBe(countingKey('2001:0db8:0:0:ffff:1:2:3'))
  expect(countingKey('2001:db8:0:1::1')).not.toBe(countingKey('2001:db8::1'))
  expect(countingKey('fe80::1%eth0')).toBe(countingKey('fe80::2'))
  expect(countingKey('::1')).toBe('0:0:0:0')
  expect(countingKey('::ffff:10.0.0.1')).toBe('::ffff:10.0.0.1')
  fc.assert(fc.property(fc.ipV4(), fc.ipV4(), (a, b) => (countingKey(a) === countingKey(b)) === (a === b)))
  fc.assert(fc.property(fc.ipV6(), (address) => countingKey(countingKey(`${address}`)).length > 0))
})
