import { checkPeopleOptions } from '@sightline/api/people/open'
import { isInside, networkList } from '@sightline/api/plugins/app/networks'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Rig, refusal, startRig } from '../harness.ts'

const octets = fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: 0, max: 255 })))
const toNumber = (parts: readonly number[]) => parts.reduce((sum, part) => sum * 256 + part, 0)

describe('networks (ACC-7)', () => {
  it('contain exactly the addresses with their first bits, also as IPv6-mapped addresses', () => {
    const property = fc.property(
      octets,
      fc.integer({ min: 0, max: 32 }),
      octets,
      fc.boolean(),
      (net, bits, any, near) => {
        // A random address is almost never inside a narrow network: half of them share its first bits.
        const size = 2 ** (32 - bits)
        const inside = Math.floor(toNumber(net) / size) * size + (toNumber(any) % size)
        const number = near ? inside : toNumber(any)
        const address = [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.')
        const list = networkList([`${net.join('.')}/${bits}`])
        const expected = Math.floor(number / size) === Math.floor(toNumber(net) / size)
        expect(isInside(list, address)).toBe(expected)
        expect(isInside(list, `::ffff:${address}`)).toBe(expected)
      },
    )
    fc.assert(property)
  })

  it('accept IPv6, and nothing that is no address', () => {
    const list = networkList(['2001:db8::/32', '10.1.2.3'])
    expect(['2001:db8:1::5', '10.1.2.3'].map((address) => isInside(list, address))).toEqual([true, true])
    expect(['2001:db9::1', '10.1.2.4', '', 'unix', '10.1.2'].map((a) => isInside(list, a))).not.toContain(
      true,
    )
  })

  it.each([
    '10.0.0.0/33',
    '10.0.0',
    'localhost',
    '10.0.0.0/',
    '10.0.0.0/8/9',
    '10.0.0.0/-1',
    '2001:db8::/129',
    '',
  ])('are refused when invalid: %j', (network) =>
    expect(() => networkList([network])).toThrow(/not a network/),
  )
})

describe('beyond this machine,', () => {
  const check = (options: object, host = '0.0.0.0') => checkPeopleOptions(host, options)
  const networks = ['10.0.0.0/8']
  const publicUrl = 'https://sightline.example'

  it.each([
    ['networks', { publicUrl }, /networks/],
    ['an address', { networks }, /address that browsers use/],
    [
      'an encrypted address',
      { networks, publicUrl: 'http://sightline.example' },
      /not encrypted|encrypted address/,
    ],
    ['no development token', { networks, publicUrl, devToken: true }, /development token/],
  ])('the api needs %s', (_what, options, message) => expect(() => check(options)).toThrow(message))

  it('it starts with all of them, and cookies are then secure', () => {
    expect(check({ networks, publicUrl })).toEqual({
      site: { origin: publicUrl, secure: true },
      networks,
    })
    expect(check({}, '::1').networks).toEqual(['127.0.0.0/8', '::1/128'])
  })
})

describe('an api with networks', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await startRig()
  })
  afterAll(() => rig.close())

  it('refuses everybody else, whatever they know, but says whether it is there', async () => {
    const api = await rig.startApi({ networks: ['10.0.0.0/8'] })
    const headers = { authorization: `Bearer ${api.token}`, 'x-forwarded-for': '10.1.1.1' }
    for (const path of ['/v1/displays', '/v1/sign-on', '/openapi.json', '/nothing']) {
      expect([path, ...(await refusal(fetch(api.url + path, { headers })))]).toEqual([
        path,
        403,
        'NETWORK_REFUSED',
      ])
    }
    expect((await fetch(`${api.url}/live`)).status).toBe(200)
  })

  it('trusts only its proxy about who calls', async () => {
    const api = await rig.startApi({ networks: ['10.0.0.0/8'], trustedProxies: ['127.0.0.1'] })
    const from = (address: string) =>
      fetch(`${api.url}/v1/displays`, {
        headers: { authorization: `Bearer ${api.token}`, 'x-forwarded-for': address },
      })
    expect((await from('10.1.1.1')).status).toBe(200)
    expect(await refusal(from('11.1.1.1'))).toEqual([403, 'NETWORK_REFUSED'])
    expect(await refusal(from('10.1.1.1, 11.1.1.1'))).toEqual([403, 'NETWORK_REFUSED'])
  })
})
