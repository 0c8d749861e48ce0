import { parseConfig } from '@sightline/edge-agent/config/parse'
import type { SightlineError } from '@sightline/schemas/errors'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyCharacter } from '../../support/any-character.ts'
import { found, MARKS, password } from '../../support/passwords.ts'

/** Addresses of cameras in a configuration: an ambiguous one is refused, and no password is repeated. */

const TYPES = {
  rtsp: { scheme: 'rtsp', rest: '' },
  mjpeg: { scheme: 'http', rest: '' },
  snapshot: { scheme: 'http', rest: ', everySeconds: 2' },
} as const
type UrlSource = keyof typeof TYPES

/** A configuration whose second camera has this address, as its text is written in the file. */
const config = (type: UrlSource, written: string) => `cameras:
  - { id: gate-1, owner: A, ownerType: agency, kind: fixed, source: { type: folder, path: /f } }
  - id: gate-2
    owner: A
    ownerType: agency
    kind: fixed
    source: { type: ${type}, url: ${written}${TYPES[type].rest} }
`

function refusal(text: string): SightlineError | undefined {
  try {
    parseConfig(text, 'edge.yaml')
    return undefined
  } catch (thrown) {
    return thrown as SightlineError
  }
}
/** All that a person or a log may get to see of it. */
const said = ({ message, hint, stack, cause }: SightlineError) => [message, hint, stack, cause].join('\n')

const BROKEN = [
  'admin:hUnq7/wZk9tr',
  'admin:hUnq7#wZk9tr',
  'admin:hUnq7?wZk9tr',
  'admin:hUnq7@wZk9tr',
  'admin:hUnq7\\\\wZk9tr',
  'admin:hUnq7 wZk9tr',
  'admin:100%hUnq7wZk9tr',
  'admin:hUnq7%zzwZk9tr',
  'admin:hUnq7wZk9tr%',
  'admin:hUnq7%FFwZk9tr',
  'admin:hUnq7äwZk9tr',
  'admin:hUnq7[wZk9tr]',
  'admin:123/hUnq7@wZk9tr',
  'hUnq7/wZk9tr:',
  'hUnq7#wZk9tr',
  ':hUnq7/wZk9tr',
]

describe.each(Object.keys(TYPES) as UrlSource[])('%s', (type) => {
  const { scheme } = TYPES[type]

  test.each(BROKEN)('user and password %s are refused with their line, and not repeated', (login) => {
    const error = refusal(config(type, `"${scheme}://${login}@127.0.0.1:8999/stream"`))
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' })
    expect(error?.message).toContain('edge.yaml:7: cameras.1.source.url: ')
    expect(error?.message).toContain('percent-encoded')
    for (const pair of ['/ %2F', '? %3F', '# %23', '@ %40', '% %25', ': %3A']) {
      expect(error?.hint).toContain(pair)
    }
    expect(MARKS.filter((mark) => said(error!).includes(mark))).toEqual([])
  })

  test.each([
    ['an invalid port', 'cam:port/stream'],
    ['a port too high', 'cam:99999/stream'],
    ['nothing', '/stream'],
    ['a space', 'cam/a b'],
  ])('an address with %s is refused', (_what, rest) => {
    expect(refusal(config(type, `"${scheme}://${rest}"`))?.message).toContain('edge.yaml:7')
  })

  test('a correct address is accepted', () => {
    for (const rest of [
      '10.0.0.5/stream',
      'cam.local:8554/Streaming/Channels/101?transportmode=unicast',
      'admin:p%40ss%2Fword@[fe80::1]:554/s',
      "admin:it's~fine!$&()*+,;=@10.0.0.5/s",
      'admin@10.0.0.5/',
      '10.0.0.5/user=admin&password=hUnq7&channel=1',
      '10.0.0.5/cgi-bin/snapshot.cgi?user=admin&pwd=hUnq7',
    ]) {
      expect(refusal(config(type, JSON.stringify(`${scheme}://${rest}`)))?.message).toBeUndefined()
    }
  })

  test('any password: encoded it is accepted; unencoded it is accepted or refused with its line; it is never repeated', () => {
    fc.assert(
      fc.property(
        password,
        fc.constantFrom('login', 'user', 'query', 'path'),
        fc.constantFrom('quoted', 'single', 'plain'),
        (secret, place, style) => {
          const address = (text: string) =>
            ({
              login: `${scheme}://admin:${text}@127.0.0.1:8999/stream`,
              user: `${scheme}://${text}@127.0.0.1:8999/stream`,
              query: `${scheme}://127.0.0.1:8999/snap?user=admin&password=${text}`,
              path: `${scheme}://127.0.0.1:8999/user=admin&password=${text}&channel=1`,
            })[place]
          expect(refusal(config(type, JSON.stringify(address(encodeURIComponent(secret)))))).toBeUndefined()
          const written = {
            quoted: JSON.stringify,
            single: (text: string) => `'${text}'`,
            plain: (text: string) => text,
          }[style](address(secret))
          const error = refusal(config(type, written))
          if (!error) return
          expect(error.code).toBe('CONFIG_INVALID')
          expect(error.message).toMatch(/edge\.yaml:\d+: /)
          expect(found(said(error), secret)).toEqual([])
        },
      ),
      { numRuns: 500 },
    )
  })
})

test.each([
  ['a comma that begins another key', 'rtsp://admin:a,hUnq7,wZk9tr@127.0.0.1/stream'],
  ['an alias', '*hUnq7wZk9tr'],
  ['a tag', '!hUnq7wZk9tr x'],
  ['a quote that ends', '"rtsp://admin:" hUnq7wZk9tr'],
  ['an escape', '"rtsp://admin:\\hUnq7wZk9tr@cam/s"'],
  ['a brace', 'rtsp://admin:a}hUnq7wZk9tr@127.0.0.1/s'],
])('a password that YAML reads as %s is not repeated', (_what, written) => {
  const error = refusal(config('rtsp', written))
  expect(error?.code).toBe('CONFIG_INVALID')
  expect(error?.message).toMatch(/edge\.yaml:\d+: /)
  expect(MARKS.filter((mark) => said(error!).includes(mark))).toEqual([])
})

test('the name of an unknown key is still reported', () => {
  const text = config('rtsp', '"rtsp://cam/s", color: red')
  expect(refusal(text)?.message).toContain('edge.yaml:7: cameras.1.source.color: is not known here')
})

describe('user, password and certificates as fields', () => {
  const camera = (source: object) =>
    JSON.stringify({ cameras: [{ id: 'gate-1', owner: 'A', ownerType: 'agency', kind: 'fixed', source }] })
  const rtsp = { type: 'rtsp', url: 'rtsp://10.0.0.5/stream' }
  const rtsps = { type: 'rtsp', url: 'rtsps://10.0.0.5/stream' }
  const login = { user: 'admin', password: 'hUnq7/wZk9tr' }
  const fingerprint = 'AB'.repeat(32)

  test('accept any text as a password', () => {
    const holds = fc.property(fc.string({ unit: anyCharacter, minLength: 1, maxLength: 100 }), (password) => {
      fc.pre(!/[\0]|\p{Surrogate}/u.test(password))
      expect(refusal(camera({ ...rtsp, user: 'admin', password }))).toBeUndefined()
    })
    fc.assert(holds)
  })

  test.each([
    [{ ...rtsps, ...login, fingerprint }],
    [{ ...rtsps, caFile: 'agency.pem' }],
    [{ ...rtsp, user: 'admin', passwordFile: 'password' }],
    [
      {
        type: 'snapshot',
        url: 'https://10.0.0.5/s',
        everySeconds: 1,
        fingerprint: fingerprint.replace(/..\B/g, '$&:'),
      },
    ],
  ])('accept %o', (source) => expect(refusal(camera(source))?.message).toBeUndefined())

  test.each([
    ['url', { ...rtsp, ...login, url: 'rtsp://admin:hUnq7/wZk9tr@10.0.0.5/' }, /nobody can tell|no host/],
    ['user', { ...rtsp, ...login, url: 'rtsp://admin:wZk9tr@10.0.0.5/' }, /has a user already/],
    ['user', { ...rtsp, user: 'admin' }, /password or passwordFile is missing/],
    ['user', { ...rtsp, ...login, user: 'ad:min' }, /user/],
    ['password', { ...rtsp, password: 'hUnq7' }, /user is missing/],
    ['passwordFile', { ...rtsp, passwordFile: 'f' }, /user is missing/],
    ['passwordFile', { ...rtsp, ...login, passwordFile: 'f' }, /there is a password already/],
    ['password', { ...rtsp, ...login, password: '\ud800hUnq7' }, /no text/],
    ['password', { ...rtsp, ...login, password: 'hUnq7\0' }, /password/],
    ['caFile', { ...rtsp, caFile: 'f' }, /uses no certificates/],
    ['fingerprint', { ...rtsp, fingerprint }, /uses no certificates/],
    ['fingerprint', { ...rtsps, fingerprint: 'abcd' }, /fingerprint/],
    ['caFile', { ...rtsps, caFile: 'f', fingerprint }, /fingerprint already/],
    ['transport', { ...rtsps, transport: 'udp' }, /tcp/],
  ])('refuse %s of %o', (key, source, message) => {
    const error = refusal(camera(source))
    expect(error?.message).toContain(`cameras.0.source.${key}: `)
    expect(error?.message).toMatch(message)
    for (const mark of MARKS) expect(said(error!)).not.toContain(mark)
  })

  test('are recommended when an address is ambiguous', () => {
    const error = refusal(camera({ ...rtsp, url: 'rtsp://admin:hUnq7/wZk9tr@10.0.0.5/' }))
    expect(error?.hint).toMatch(/fields of their own, user and password/)
  })
})
