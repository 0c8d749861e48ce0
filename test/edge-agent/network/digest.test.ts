import { createHash } from 'node:crypto'
import { createAnswers } from '@sightline/edge-agent/network/answers'
import { parseChallenges } from '@sightline/edge-agent/network/challenges'
import { digestAnswer, strongestDigest } from '@sightline/edge-agent/network/digest'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyCharacter } from '../../support/any-character.ts'
import { cpuMsOf } from '../../support/cost.ts'

/** HTTP Digest (RFC 7616) by the examples of the standard, and over what cameras write. */

/** The fields of an answer, unquoted. */
const fieldsOf = (answer: string) => Object.fromEntries(parseChallenges(answer)[0]!.parameters)

describe('the examples of RFC 7616', () => {
  const NONCE = '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v'
  const OPAQUE = 'FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS'
  const asked = (algorithm: string) =>
    `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="${NONCE}", opaque="${OPAQUE}"`
  const login = { user: 'Mufasa', password: 'Circle of Life' }
  const request = {
    ...{ method: 'GET', uri: '/dir/index.html', count: 1 },
    cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
  }

  it.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('3.9.1, %s', (algorithm, response) => {
    const [challenge] = parseChallenges(asked(algorithm))
    const fields = fieldsOf(digestAnswer(login, challenge!, request))
    expect(fields).toEqual({
      ...{ username: 'Mufasa', realm: 'http-auth@example.org', uri: '/dir/index.html', algorithm },
      ...{ nonce: NONCE, nc: '00000001', cnonce: request.cnonce, qop: 'auth', response, opaque: OPAQUE },
    })
  })

  it('3.9.1, both offered as one header or two: the stronger is chosen', () => {
    const both = parseChallenges(`${asked('MD5')}, ${asked('SHA-256')}`)
    expect(both).toHaveLength(2)
    expect(strongestDigest(both)?.parameters.get('algorithm')).toBe('SHA-256')
  })

  it('3.9.2, SHA-512-256 with a name in UTF-8 that is hashed', () => {
    const header =
      'Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, ' +
      'nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS", ' +
      'charset=UTF-8, userhash=true'
    const answer = digestAnswer(
      { user: 'Jäsøn Doe', password: 'Secret, or not?' },
      parseChallenges(header)[0]!,
      { method: 'GET', uri: '/doe.json', count: 1, cnonce: 'NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v' },
    )
    // As the erratum 4897 has it: those of the text were made with another hash.
    expect(fieldsOf(answer)).toMatchObject({
      username: '793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b',
      response: '3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5',
      userhash: 'true',
    })
  })

  it('without qop, like RFC 2069 and many old cameras', () => {
    const [challenge] = parseChallenges('Digest realm="cam", nonce="abc123"')
    const md5 = (text: string) => createHash('md5').update(text).digest('hex')
    const fields = fieldsOf(digestAnswer({ user: 'admin', password: 'pw' }, challenge!, request))
    const response = md5(`${md5('admin:cam:pw')}:abc123:${md5('GET:/dir/index.html')}`)
    expect(fields).toEqual({
      username: 'admin',
      realm: 'cam',
      uri: '/dir/index.html',
      nonce: 'abc123',
      response,
    })
  })

  it.each(['MD5-sess', 'SHA-256-sess'])(
    '%s hashes nonces into the secret, the same for each request',
    (algorithm) => {
      const [challenge] = parseChallenges(asked(algorithm))
      const hash = (text: string) =>
        createHash(algorithm.startsWith('MD5') ? 'md5' : 'sha256')
          .update(text)
          .digest('hex')
      const secret = hash(`${hash('Mufasa:http-auth@example.org:Circle of Life')}:${NONCE}:${request.cnonce}`)
      for (const [count, nc] of [
        [1, '00000001'],
        [300, '0000012c'],
      ] as const) {
        const { response } = fieldsOf(digestAnswer(login, challenge!, { ...request, count }))
        const asked = hash('GET:/dir/index.html')
        expect(response).toBe(hash(`${secret}:${NONCE}:${nc}:${request.cnonce}:auth:${asked}`))
      }
    },
  )
})

describe('challenges', () => {
  it.each([
    ['Basic realm="cam"', [['basic', { realm: 'cam' }]]],
    ['basic realm=cam', [['basic', { realm: 'cam' }]]],
    [
      'Negotiate, NTLM, Basic realm="a, b=c"',
      [
        ['negotiate', {}],
        ['ntlm', {}],
        ['basic', { realm: 'a, b=c' }],
      ],
    ],
    [
      'Digest realm="a \\"b\\"", nonce=abc==, stale=TRUE',
      [['digest', { realm: 'a "b"', nonce: 'abc==', stale: 'TRUE' }]],
    ],
    ['Digest qop=auth,auth-int, nonce="n",realm="r"', [['digest', { qop: 'auth', nonce: 'n', realm: 'r' }]]],
    ['Digest  realm = "r" ,, nonce="n"', [['digest', { realm: 'r', nonce: 'n' }]]],
    ['Digest nonce="not ended', [['digest', { nonce: 'not ended' }]]],
    ['', []],
    [',=",', []],
  ])('%s', (header, expected) => {
    const found = parseChallenges(header).map(({ scheme, parameters }) => [
      scheme,
      Object.fromEntries(parameters),
    ])
    expect(found).toEqual(expected)
  })

  it('take time proportional to their length, whatever they are', () => {
    for (const piece of ['a', '"', '\\"', 'a=', 'a="', ' ', ',', '\\', '= ']) {
      const header = `Digest x="${piece.repeat(8_000)}`
      const cpuMs = cpuMsOf(() => {
        parseChallenges(header)
        parseChallenges(header.slice(10))
      })
      expect(cpuMs, piece).toBeLessThan(1000)
    }
    fc.assert(
      fc.property(
        fc.string({ unit: anyCharacter }),
        (header) => void createAnswers({ user: 'a', password: 'b' }).challenged(header),
      ),
    )
  })
})

describe('answers to a camera', () => {
  const login = { user: 'admin', password: 'pä:ss"w\\örd' }
  const digest = (more: string) => `Digest realm="cam", qop="auth", ${more}`

  it('are not sent before the camera asks, and prefer Digest', () => {
    const answers = createAnswers(login)
    expect(answers.next('GET', '/')).toBeUndefined()
    expect(answers.challenged(`Basic realm="cam", ${digest('nonce="1"')}`)).toBe('answer')
    expect(answers.next('GET', '/')).toMatch(/^Digest /)
  })

  it('count requests with one nonce; a wrong password is tried once', () => {
    const answers = createAnswers(login)
    answers.challenged(digest('nonce="1"'))
    const counts = [1, 2, 3].map(() => fieldsOf(answers.next('GET', '/')!).nc)
    expect(counts).toEqual(['00000001', '00000002', '00000003'])
    const wrong = createAnswers(login)
    wrong.challenged(digest('nonce="1"'))
    wrong.next('GET', '/')
    expect(wrong.challenged(digest('nonce="2"'))).toBe('denied')
  })

  it.each([
    ['says that its nonce is stale', 1, 'nonce="2", stale=true', 'answer'],
    ['has another nonce after some requests', 2, 'nonce="2"', 'answer'],
    ['has the same nonce', 2, 'nonce="1"', 'denied'],
  ])('continue for a camera that %s', (_what, requests, more, expected) => {
    const answers = createAnswers(login)
    answers.challenged(digest('nonce="1"'))
    for (let n = 0; n < requests; n++) answers.next('GET', '/')
    expect(answers.challenged(digest(more))).toBe(expected)
    expect(fieldsOf(answers.next('GET', '/')!).nc).toBe('00000001')
  })

  it('use the next nonce that a camera names', () => {
    const answers = createAnswers(login)
    answers.challenged(digest('nonce="1", opaque="o"'))
    answers.next('GET', '/')
    answers.informed('nextnonce="2", qop=auth, rspauth="x"')
    expect(fieldsOf(answers.next('GET', '/')!)).toMatchObject({ nonce: '2', nc: '00000001', opaque: 'o' })
  })

  it('never contain the password in the clear for a camera that asked for Digest', () => {
    const answers = createAnswers(login)
    answers.challenged(digest('nonce="1"'))
    answers.next('GET', '/')
    expect(answers.challenged('Basic realm="cam"')).toBe('only in the clear')
    expect(answers.next('GET', '/')).not.toMatch(/^Basic/)
  })

  it('are sent once for Basic', () => {
    const answers = createAnswers(login)
    expect(answers.challenged('Basic realm="cam"')).toBe('answer')
    expect(answers.next('GET', '/')).toBe(`Basic ${Buffer.from('admin:pä:ss"w\\örd').toString('base64')}`)
    expect(answers.challenged('Basic realm="cam"')).toBe('denied')
  })

  it.each([
    'Negotiate',
    'Digest realm="r", nonce="n", algorithm=SHA3',
    'Digest realm="r", nonce="n", qop="auth-int"',
    '',
  ])('are impossible for %s', (header) =>
    expect(createAnswers(login).challenged(header)).toBe('unknown scheme'),
  )

  it('are headers that can be sent, for any login, and say what it was', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((some) => !/\p{Surrogate}/u.test(some))
    fc.assert(
      fc.property(text, text, text, fc.boolean(), (user, password, realm, isHashed) => {
        const latin = Buffer.from(realm)
          .toString('latin1')
          .replace(/[^\x20-\x7e\x80-\xff]/g, '')
        // A function: `$&` in a text would be what is replaced.
        const header = digest(`nonce="1"${isHashed ? ', userhash=true' : ''}`).replace('"cam"', () =>
          JSON.stringify(latin),
        )
        const answers = createAnswers({ user, password })
        answers.challenged(header)
        const answer = answers.next('GET', '/')!
        expect(answer).toMatch(/^[\x20-\x7e\x80-\xff]*$/)
        const fields = fieldsOf(answer)
        if (isHashed) return
        const told = fields['username*'] ?? fields.username!
        expect(fields['username*'] ? decodeURIComponent(told.slice(7)) : told).toBe(user)
      }),
    )
  })
})
