import { loadVendors, parseVendors } from '@sightline/api/federation/vendors-file'
import { describe, expect, it } from 'vitest'

const parse = (text: string) => parseVendors(text, '/etc/sightline/vendors.yaml')
const refusal = (text: string): string => {
  try {
    parse(text)
  } catch (error) {
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', hint: expect.any(String) })
    return (error as Error).message
  }
  throw new Error('it was taken')
}

describe('the file of vendors', () => {
  it('is YAML or JSON; paths are relative to it', () => {
    const yaml = 'vendors:\n  - id: sim\n    url: https://v.example/api/\n    credentialsFile: sim.token\n'
    const expected = {
      id: 'sim',
      url: 'https://v.example/api',
      credentialsFile: '/etc/sightline/sim.token',
      deadlineMs: 5000,
    }
    expect(parse(yaml)).toEqual([expected])
    const json = {
      vendors: [{ id: 'sim', url: 'http://127.0.0.1:9000', credentialsFile: '/run/token', deadlineMs: 900 }],
    }
    expect(parse(JSON.stringify(json))).toEqual(json.vendors)
  })

  const entry = (id: string, url: string) => `  - id: ${id}\n    url: ${url}\n    credentialsFile: t\n`

  it.each([
    ['invalid YAML', 'vendors: [', 'vendors.yaml:1:'],
    ['nothing', '', 'vendors.yaml:1:'],
    ['no vendor', 'vendors: []\n', 'vendors.yaml:1: vendors:'],
    [
      'a missing key',
      'vendors:\n  - id: a\n    url: https://a.example\n',
      'vendors.yaml:2: vendors.0: credentialsFile missing',
    ],
    [
      'an unknown key',
      `vendors:\n${entry('a', 'https://a.example')}    token: secret\n`,
      'vendors.yaml:5: vendors.0',
    ],
    ['a wrong id', `vendors:\n${entry('"a b"', 'https://a.example')}`, 'vendors.yaml:2: vendors.0.id'],
    [
      'an id twice',
      `vendors:\n${entry('a', 'https://a.example')}${entry('a', 'https://b.example')}`,
      'vendors.yaml:5: vendors.1.id: a appears twice',
    ],
    ['no address', `vendors:\n${entry('a', 'ftp://a.example')}`, 'vendors.yaml:3: vendors.0.url'],
    [
      'an address without TLS',
      `vendors:\n${entry('a', 'http://a.example')}`,
      'vendors.yaml:3: vendors.0.url: must begin with https',
    ],
    [
      'an address that only looks like loopback',
      `vendors:\n${entry('a', 'http://127.0.0.1.example')}`,
      'vendors.yaml:3: vendors.0.url: must begin with https',
    ],
    [
      'credentials in the address',
      `vendors:\n${entry('a', 'https://u:secret@a.example')}`,
      'vendors.yaml:3: vendors.0.url: must not contain credentials',
    ],
    [
      'no time at all',
      `vendors:\n${entry('a', 'https://a.example')}    deadlineMs: 0\n`,
      'vendors.yaml:5: vendors.0.deadlineMs',
    ],
  ])('with %s is refused, naming the line', (_, text, message) => {
    expect(refusal(text)).toContain(message)
    expect(refusal(text)).not.toContain('secret')
  })

  it('is refused when it does not exist', async () => {
    await expect(loadVendors('/nowhere/vendors.yaml')).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })
})
