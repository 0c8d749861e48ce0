import { parseChallenges } from '@sightline/edge-agent/network/challenges'
import { digestAnswer, strongestDigest } from '@sightline/edge-agent/network/digest'
import { clockFault } from '@sightline/edge-agent/plate-readers/clock'
import { createDigestGate } from '@sightline/edge-agent/plate-readers/digest-gate'
import { openalpr } from '@sightline/edge-agent/plate-readers/makes/openalpr'
import { boundaryOf, multipartParser } from '@sightline/edge-agent/plate-readers/multipart'
import { createPasses } from '@sightline/edge-agent/plate-readers/passes'
import type { Part, Reading } from '@sightline/edge-agent/plate-readers/reading'
import { carriesSecret } from '@sightline/edge-agent/plate-readers/secret'
import { epochOf, instantOf, whenOf } from '@sightline/edge-agent/plate-readers/when'
import { find, parseXml } from '@sightline/edge-agent/plate-readers/xml'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cpuMsOf } from '../../support/cost.ts'
import { multipart } from './examples.ts'

describe('XML from an untrusted sender', () => {
  const refusal = expect.objectContaining({ code: 'MESSAGE_INVALID' })
  const parse = (text: string) => parseXml(Buffer.from(text))

  test('is refused with a document type, so that no entity can expand', () => {
    const laughs = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join(
      '',
    )
    expect(() => parse(`<!DOCTYPE a [<!ENTITY l0 "lol">${laughs}]><a>&l9;</a>`)).toThrow(refusal)
    expect(() => parse('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>')).toThrow(refusal)
    expect(() => parse('<a>&l9;</a>')).toThrow(refusal)
  })
  test('is refused when it is too deep, too long, has too many elements or is not UTF-8', () => {
    expect(() => parse('<a>'.repeat(100_000))).toThrow(refusal)
    expect(() => parse(`<a>${'<b/>'.repeat(30_000)}</a>`)).toThrow(refusal)
    expect(() => parse(`<a>${' '.repeat(2 ** 20)}</a>`)).toThrow(refusal)
    expect(() => parseXml(Buffer.from([0x3c, 0x61, 0x3e, 0xff, 0x3c, 0x2f, 0x61, 0x3e]))).toThrow(refusal)
  })
  test('gives its own entities, CDATA and names without prefix', () => {
    expect(find(parse('<n:a xmlns:n="x"><n:b>1 &lt;&#x41;<![CDATA[<2>]]></n:b></n:a>'), 'b')?.text).toBe(
      '1 <A<2>',
    )
  })
})

describe('a multipart stream', () => {
  const bytes = fc.uint8Array({ maxLength: 200 })
  const limits = { partBytes: 10_000 }

  test('gives the same parts however it is cut, with a length or without, announced with hyphens or not', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ bytes, hasLength: fc.boolean(), isForm: fc.boolean() }), {
          minLength: 1,
          maxLength: 5,
        }),
        fc.array(fc.nat(60)),
        fc.constantFrom('--', ''),
        (parts, cuts, hyphens) => {
          const wanted = parts.map((part, n) => ({
            type: 'image/jpeg',
            name: part.isForm ? `p${n}` : '',
            ...part,
          }))
          const { body } = multipart(wanted, { boundary: 'a-boundary' })
          const parse = multipartParser(`${hyphens}a-boundary`, limits)
          const found: Part[] = []
          let at = 0
          for (const cut of [...cuts, body.length]) {
            found.push(...parse(body.subarray(at, at + cut)))
            at += cut
          }
          expect(found.map(({ type, name, bytes }) => [type, name, Buffer.from(bytes)])).toEqual(
            wanted.map(({ type, name, bytes }) => [type, name, Buffer.from(bytes)]),
          )
        },
      ),
      { numRuns: 400 },
    )
  })
  // RFC 2046 puts two hyphens before whatever is announced, hyphens too: libcurl announces 24 of them, browsers four.
  test.each(['', '-', '--', '---', '----', '------------------------'])(
    'gives complete texts when the announced boundary begins with %j and the delimiter has more hyphens',
    (hyphens) => {
      const boundary = `${hyphens}a-boundary`
      const texts = ['{"plate":"7ABC123"}', 'ends in hyphens --', '']
      for (const hasLength of [true, false]) {
        const parts = texts.map((text) => ({ type: '', name: 'x', bytes: Buffer.from(text), hasLength }))
        const { contentType, body } = multipart(parts, { boundary })
        for (const size of [1, 7, body.length]) {
          const parse = multipartParser(boundaryOf(contentType), limits)
          const found: string[] = []
          for (let at = 0; at < body.length; at += size)
            found.push(
              ...parse(body.subarray(at, at + size)).map(({ bytes }) => Buffer.from(bytes).toString()),
            )
          expect(found).toEqual(texts)
        }
      }
    },
  )
  test('may contain its boundary inside an image whose length it states', () => {
    const part = { type: 'image/jpeg', name: '', bytes: Buffer.from('x\r\n--b\r\n\r\ny'), hasLength: true }
    const { body } = multipart([part], { boundary: 'b' })
    expect(multipartParser('b', limits)(body).map(({ bytes }) => Buffer.from(bytes))).toEqual([part.bytes])
  })
  test('does not fill the memory: a part, its headers and the preamble are limited', () => {
    const refusal = expect.objectContaining({ code: 'MESSAGE_INVALID' })
    const feed = (begin: string, rest: string) => () => {
      const parse = multipartParser('b', limits)
      parse(Buffer.from(begin))
      for (let n = 0; n < 100; n++) parse(Buffer.from(rest))
    }
    expect(feed('--b\r\nContent-Length: 10001\r\n\r\n', '')).toThrow(refusal)
    expect(feed('--b\r\nContent-Length: many\r\n\r\n', '')).toThrow(refusal)
    expect(feed('--b\r\n\r\n', 'x'.repeat(1000))).toThrow(refusal)
    expect(feed('--b\r\nX: ', 'x'.repeat(1000))).toThrow(refusal)
    expect(feed('', 'x'.repeat(1000))).not.toThrow()
  })
  test('costs time proportional to its length, however it is cut', () => {
    const partBytes = 4 * 2 ** 20
    const timeOf = (head: string) => {
      const parse = multipartParser('b', { partBytes })
      parse(Buffer.from(head))
      parse(Buffer.alloc(partBytes - 100_000, 'x'))
      return cpuMsOf(() => {
        for (let n = 0; n < 50_000; n++) parse(Buffer.from('x'))
      })
    }
    // Looked through from its beginning for each byte it takes minutes.
    expect(timeOf('--b\r\n\r\n')).toBeLessThan(5_000)
    expect(timeOf(`--b\r\nContent-Length: ${partBytes}\r\n\r\n`)).toBeLessThan(5_000)
    expect(timeOf('')).toBeLessThan(5_000)
  })
  test('may announce its boundary in several ways', () => {
    expect(boundaryOf('multipart/mixed; boundary=boundary')).toBe('boundary')
    expect(boundaryOf('multipart/x-mixed-replace; boundary="--my boundary"; charset=utf-8')).toBe(
      '--my boundary',
    )
    expect(() => boundaryOf('multipart/mixed')).toThrow('boundary')
  })
})

describe('the time of a plate reader’s message', () => {
  const ARRIVED = Date.UTC(2026, 6, 1, 12)
  const seen = (text: string, zone = 'America/Los_Angeles') =>
    new Date(instantOf(whenOf(text)!, zone, ARRIVED)).toISOString()

  test("is the instant with its zone; without a zone, it is in the plate reader's zone", () => {
    expect(seen('2026-07-01T05:00:00-07:00')).toBe('2026-07-01T12:00:00.000Z')
    expect(seen('2026-07-01T12:00:00.25Z')).toBe('2026-07-01T12:00:00.250Z')
    expect(seen('2026-07-01T05:00:00')).toBe('2026-07-01T12:00:00.000Z')
    expect(seen('20260701 050000123')).toBe('2026-07-01T12:00:00.123Z')
    expect(seen('2026-01-01 04:00:00')).toBe('2026-01-01T12:00:00.000Z')
  })
  test('comes back from every local time, except for the hour that a clock skips', () => {
    const zones = fc.constantFrom(
      'America/Los_Angeles',
      'Europe/Berlin',
      'Asia/Kolkata',
      'Pacific/Apia',
      'UTC',
    )
    fc.assert(
      fc.property(fc.integer({ min: 3 * 86_400, max: 2 ** 32 }), zones, (seconds, zone) => {
        const at = seconds * 1000
        const format = new Intl.DateTimeFormat('sv-SE', {
          timeZone: zone,
          dateStyle: 'short',
          timeStyle: 'medium',
        })
        const back = instantOf(whenOf(format.format(at))!, zone, 0)
        expect(format.format(back)).toBe(format.format(at))
      }),
    )
  })
  test('is, when it may be local time, whichever is nearer to the arrival', () => {
    const way = (at: number) => instantOf({ atPerhapsLocal: at }, 'America/Los_Angeles', ARRIVED)
    expect(way(ARRIVED - 1500)).toBe(ARRIVED - 1500)
    expect(way(ARRIVED - 7 * 3_600_000 - 1500)).toBe(ARRIVED - 1500)
  })
  test('is invalid when the calendar has no such day', () => {
    for (const text of [
      '2026-02-29T00:00:00Z',
      '2026-13-01T00:00:00Z',
      '2026-01-01T25:00:00Z',
      '',
      '0',
      '2026',
    ]) {
      expect(whenOf(text)).toBeUndefined()
    }
    expect(epochOf(0)).toBeUndefined()
    expect(epochOf(-5)).toBeUndefined()
  })
  test('is counted in seconds, milli-, micro- or nanoseconds', () => {
    const at = 1_718_373_876_372
    expect([at / 1000, at, at * 1e3, at * 1e6].map(epochOf)).toEqual([at, at, at, at])
  })
  test('is checked against the arrival', () => {
    expect(clockFault(ARRIVED + 1_900, ARRIVED)).toBeNull()
    expect(clockFault(ARRIVED - 100_000, ARRIVED)).toBeNull()
    expect(clockFault(ARRIVED + 3_600_000, ARRIVED)).toContain('3600 s ahead')
    expect(clockFault(ARRIVED - 3_600_000, ARRIVED)).toContain('3600 s behind')
  })
})

describe('the secret of a plate reader', () => {
  const secret = 'abcdefghijklmnop0123'
  const basic = (user: string, password: string) =>
    `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  const none = { segment: undefined, authorization: undefined, header: undefined }

  test('is accepted in every way in which a plate reader can send it', () => {
    expect(carriesSecret({ ...none, segment: secret }, secret)).toBe(true)
    expect(carriesSecret({ ...none, header: secret }, secret)).toBe(true)
    for (const authorization of [
      `Bearer ${secret}`,
      `Token ${secret}`,
      basic('camera', secret),
      basic('', secret),
    ])
      expect(carriesSecret({ ...none, authorization }, secret)).toBe(true)
  })
  test('cannot be anything else', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('segment', 'header', 'authorization'), (text, way) => {
        expect(carriesSecret({ ...none, [way]: text }, secret)).toBe(false)
      }),
    )
    for (const authorization of [`Bearer ${secret}x`, `Digest ${secret}`, basic(secret, ''), secret])
      expect(carriesSecret({ ...none, authorization }, secret)).toBe(false)
    expect(carriesSecret(none, secret)).toBe(false)
  })
})

describe('passes at a plate reader', () => {
  const reading = (plate: string, more: Partial<Reading> = {}): Reading => ({
    ...{ plate, confidence: { value: 80, best: 100 }, seenAt: { at: 0 }, pictures: {} },
    ...more,
  })
  const car = (id: string, isLast = false) => ({ pass: { id, isLast } })
  const plates = (found: { reading: Reading }[]) => found.map((one) => one.reading.plate)

  test('one vehicle that is reported several times is one read, by its surest reading, from first to last', () => {
    const passes = createPasses()
    const told = [
      passes.add({ reading: reading('7ABC12', car('1')), seenAt: 1000 }, 0),
      passes.add(
        { reading: reading('7ABC123', { ...car('1'), confidence: { value: 95, best: 100 } }), seenAt: 1400 },
        400,
      ),
      passes.add(
        { reading: reading('7ABC128', { ...car('1', true), direction: 'approaching' }), seenAt: 2000 },
        900,
      ),
    ]
    expect(told.map((one) => one.length)).toEqual([0, 0, 1])
    expect(told[2]![0]).toMatchObject({
      seenAt: 1400,
      reading: {
        plate: '7ABC123',
        direction: 'approaching',
        followed: { first: 1000, last: 2000, frames: 3 },
      },
    })
  })
  test('one whose end never comes has passed after three seconds, also across a restart', () => {
    const passes = createPasses()
    passes.add({ reading: reading('7ABC123', car('1')), seenAt: 1000 }, 0)
    expect(passes.settle(2_999)).toEqual([])
    const again = createPasses(JSON.parse(JSON.stringify(passes.save())))
    expect(plates(again.settle(0))).toEqual(['7ABC123'])
    expect(plates(passes.settle(3_000))).toEqual(['7ABC123'])
    expect(passes.settle(9_000, true)).toEqual([])
  })
  test('a message that is sent again adds nothing, however late and across a restart; a vehicle that returns does', () => {
    const passes = createPasses()
    const first = { reading: reading('7ABC-123'), seenAt: 1_000_000 }
    expect(passes.add(first, 0)).toHaveLength(1)
    const again = createPasses(JSON.parse(JSON.stringify(passes.save())))
    expect(again.add({ ...first, reading: reading('7abc123') }, 3_600_000)).toEqual([])
    expect(again.add({ ...first, seenAt: 1_000_000 + 240_000 }, 0)).toHaveLength(1)
  })
  test('with a report for each frame, a vehicle is one read; frames of a plate reader that reports vehicles are ignored', () => {
    const passes = createPasses()
    const frames = Array.from({ length: 40 }, (_, n) =>
      passes.add({ reading: reading('7ABC123', { isFrame: true }), seenAt: n * 800 }, n),
    )
    expect(frames.flat()).toHaveLength(1)
    expect(passes.add({ reading: reading('8XYZ999'), seenAt: 50_000 }, 0)).toHaveLength(1)
    expect(passes.add({ reading: reading('9DEF456', { isFrame: true }), seenAt: 60_000 }, 0)).toEqual([])
  })
  test('an alert from a list does not silence all other frames', () => {
    const passes = createPasses()
    passes.add({ reading: reading('8XYZ999', { isAlert: true }), seenAt: 50_000 }, 0)
    expect(passes.add({ reading: reading('9DEF456', { isFrame: true }), seenAt: 60_000 }, 0)).toHaveLength(1)
    const group = { best_plate_number: '8XYZ999', epoch_start: 1.764e12 }
    const bytes = Buffer.from(JSON.stringify({ data_type: 'alpr_alert', group }))
    const alert = openalpr([{ type: 'application/json', name: '', bytes }])
    expect(alert).toMatchObject([{ plate: '8XYZ999', isAlert: true }])
  })
  test('a plate reader that is switched to reporting only frames loses none, not even before that is certain', () => {
    const passes = createPasses()
    passes.add({ reading: reading('8XYZ999'), seenAt: 0 }, 0)
    const again = createPasses(JSON.parse(JSON.stringify(passes.save())))
    const told = Array.from({ length: 130 }, (_, n) =>
      again.add({ reading: reading(`A${n >> 1}`, { isFrame: true }), seenAt: n * 5_000 }, n * 5_000),
    ).flat()
    expect(plates(told)).toEqual(Array.from({ length: 65 }, (_, n) => `A${n}`))
  })
  test('frames of reported vehicles stay ignored, however long the plate reader runs', () => {
    const passes = createPasses()
    const told = Array.from({ length: 400 }, (_, n) => [
      ...passes.add({ reading: reading(`F${n}`, { isFrame: true }), seenAt: n * 10_000 }, n * 10_000),
      ...(n % 30 === 0 ? passes.add({ reading: reading(`V${n}`), seenAt: n * 10_000 }, n * 10_000) : []),
    ]).flat()
    expect(plates(told).filter((plate) => plate.startsWith('F') && plate !== 'F0')).toEqual([])
  })
  test.each([15_000, 60_000, 500_000])(
    'a vehicle that stands for %d ms and is reported when it leaves is one read',
    (ms) => {
      const passes = createPasses()
      passes.add({ reading: reading('7ABC123', car('5')), seenAt: 0 }, 0)
      expect(passes.settle(3_000)).toHaveLength(1)
      const again = createPasses(JSON.parse(JSON.stringify(passes.save())))
      expect(again.add({ reading: reading('7ABC123', car('5', true)), seenAt: ms }, ms)).toEqual([])
      // Another pass of it has another id.
      expect(
        again.add({ reading: reading('7ABC123', car('6', true)), seenAt: ms + 20_000 }, ms),
      ).toHaveLength(1)
    },
  )
  test('nothing is lost, and the memory stays small, when a plate reader never ends a vehicle', () => {
    const passes = createPasses()
    const told = Array.from({ length: 200 }, (_, n) =>
      passes.add({ reading: reading(`A${n}`, car(String(n))), seenAt: n }, 0),
    ).flat()
    expect(passes.save().waiting.length).toBeLessThanOrEqual(32)
    expect(plates([...told, ...passes.settle(0, true)]).sort()).toEqual(
      Array.from({ length: 200 }, (_, n) => `A${n}`).sort(),
    )
  })
})

describe('a nonce', () => {
  const SECRET = 'abcdefghijklmnop'
  /** A right answer to a nonce. */
  const answer = (challenge: string, count: number) =>
    digestAnswer({ user: 'u', password: SECRET }, strongestDigest(parseChallenges(challenge))!, {
      ...{ method: 'POST', uri: '/events/a', count, cnonce: 'c' },
    })
  const gate = () => {
    let now = 0
    const digests = createDigestGate(() => now)
    return {
      digests,
      wait: (ms: number) => {
        now += ms
      },
      judge: (authorization: string, camera = 'a') =>
        digests.judge({ method: 'POST', url: '/events/a', authorization, camera }, SECRET),
    }
  }

  test('expires after a minute', () => {
    const { digests, wait, judge } = gate()
    const [challenge = ''] = digests.challenges('a', false)
    wait(59_999)
    expect(judge(answer(challenge, 1))).toBe('right')
    wait(1)
    expect(judge(answer(challenge, 2))).toBe('stale')
  })
  test('accepts each count once, in whatever order and at whatever time they come', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ nonce: fc.nat(3), count: fc.integer({ min: 1, max: 5 }), wait: fc.nat(40_000) }),
          {
            maxLength: 40,
          },
        ),
        (steps) => {
          const { digests, wait, judge } = gate()
          const nonces = Array.from({ length: 4 }, () => digests.challenges('a', false)[0]!)
          const taken = new Set<string>()
          for (const { nonce, count, wait: ms } of steps) {
            wait(ms)
            const verdict = judge(answer(nonces[nonce]!, count))
            if (verdict === 'right') expect(taken.has(`${nonce} ${count}`)).toBe(false)
            if (verdict === 'right') taken.add(`${nonce} ${count}`)
          }
        },
      ),
    )
  })
  test('of one camera has room, however many another camera uses up', () => {
    const { digests, judge } = gate()
    const next = (camera: string) => judge(answer(digests.challenges(camera, false)[0]!, 1), camera)
    let taken = 0
    while (taken < 60_000 && next('a') === 'right') taken++
    expect(taken).toBeGreaterThan(600)
    expect(taken).toBeLessThan(60_000)
    expect(next('b')).toBe('right')
  })
  test('cannot be made by anybody else, and is no good for another camera', () => {
    const [mine, others] = [gate(), gate()]
    expect(mine.judge(answer(others.digests.challenges('a', false)[0]!, 1))).toBe('stale')
    expect(mine.judge(answer(mine.digests.challenges('b', false)[0]!, 1))).toBe('stale')
    expect(mine.judge(answer('Digest realm="plate reader", nonce="", qop="auth"', 1))).toBe('stale')
  })
})
