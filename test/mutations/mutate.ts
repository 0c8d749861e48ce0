import { headers, type MsgHdrs } from '@nats-io/transport-node'
import { type Random, random } from '@sightline/vendor-sim/world/random'
import { afterAll } from 'vitest'
import { howOften } from '../support/long.ts'

/** How many mutations each consumer has to live through; a long run: SIGHTLINE_TEST_MUTATIONS=1000000. */
export const MUTATIONS = howOften(600, 20_000, 'SIGHTLINE_TEST_MUTATIONS')
/** Other ones with SIGHTLINE_FUZZ_SEED=n. */
const SEED = Number(process.env.SIGHTLINE_FUZZ_SEED ?? 1)

let made = 0

/**
 * Called by each file of mutations: says at its end how many it made. A long run adds up what it really tried, and a failure says
 * how the same ones come again.
 */
export function countMutations(): void {
  afterAll(() => {
    const again = `SIGHTLINE_FUZZ_SEED=${SEED} SIGHTLINE_TEST_MUTATIONS=${MUTATIONS}`
    process.stderr.write(`${made} mutations; again with ${again}\n`)
    // The next file of this process counts its own.
    made = 0
  })
}

/** What a publisher may send: bytes, and headers or none. */
export interface Mutated {
  payload: Uint8Array
  headers: MsgHdrs | undefined
}

const ODD_TEXT = [
  ...[
    '',
    ' ',
    '\r\n',
    'x\r\ny',
    '\n\nevent: alert\ndata: {}',
    '\u0000',
    '\u001b[2J\u0007',
    '\u202e',
    '\u2028',
  ],
  ...['\ud800', '\ufeff', '*', '>', 'a.b', 'a b', '../../etc/passwd', '/~0~1', '__proto__', 'constructor'],
  ...['toString', 'null', '7ABC123', 'us-zz', '0000-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'],
  ...['2026-02-31T00:00:00.000Z', '1900-01-01T00:00:00.000Z', '😀', 'k'.repeat(3000), '\n'.repeat(1000)],
]
const ODD_VALUES: readonly unknown[] = [
  ...[null, true, false, 0, -0, -1, 0.5, 1, 1e-300, 1e308, 2 ** 53, -(2 ** 63), 4_294_967_296],
  ...[[], {}, [null], [[[]]], { '': '' }, { v: 1 }, { toString: 1 }, Array(300).fill(0)],
]
const ODD_JSON = [
  ...['', ' ', '\n', 'null', '[]', '{}', '""', '"x"', '0', '-', 'NaN', '{', '}', '{"v":1', '{"v":1}{"v":1}'],
  ...[`${'['.repeat(5000)}${']'.repeat(5000)}`, `${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}`, '\ufeff{}'],
]
const PIECES = [
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '\r\n',
  '\0',
  '\t',
  'null',
  '1e999',
  '\\u0000',
  '\\ud800',
  'é',
]

type Json = Record<string, unknown> | unknown[]
const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null

/** Every object and list in a value, the value itself first. */
function placesIn(value: Json): Json[] {
  return [value, ...Object.values(value).filter(isJson).flatMap(placesIn)]
}

const oddValue = (rng: Random) =>
  rng.chance(0.5) ? rng.pick(ODD_TEXT) : structuredClone(rng.pick(ODD_VALUES))

/** Changes one thing somewhere in the value. */
function changeOne(value: Json, rng: Random): void {
  const place = rng.pick(placesIn(value)) as Record<string, unknown>
  const keys = Object.keys(place)
  const key = keys.length > 0 ? rng.pick(keys) : ''
  switch (rng.whole(0, 6)) {
    case 0:
      delete place[key]
      return
    case 1:
      // Not by assigning: `__proto__` is to be a key as JSON has it.
      Object.defineProperty(place, rng.pick(ODD_TEXT), {
        ...{ value: oddValue(rng), enumerable: true, configurable: true, writable: true },
      })
      return
    case 2: {
      const other = rng.pick(placesIn(value)) as Record<string, unknown>
      const [from] = Object.keys(other)
      // A copy: a value must not hold itself.
      if (from !== undefined) place[key] = structuredClone(other[from])
      return
    }
    case 3:
      if (Array.isArray(place) && place.length > 0)
        place.push(...Array(rng.whole(1, 60)).fill(structuredClone(place[0])))
      else place[key] = [place[key]]
      return
    case 4: {
      const old = place[key]
      if (typeof old === 'string') {
        const at = rng.whole(0, old.length)
        place[key] = old.slice(0, at) + rng.pick(ODD_TEXT) + old.slice(at + rng.whole(0, 3))
      } else if (typeof old === 'number') place[key] = old * rng.pick([-1, 0.5, 1000, 1e20])
      else place[key] = oddValue(rng)
      return
    }
    default:
      place[key] = oddValue(rng)
  }
}

function changeBytes(bytes: Buffer, rng: Random): Buffer {
  const at = rng.whole(0, bytes.length)
  const [before, after] = [
    bytes.subarray(0, at),
    bytes.subarray(Math.min(bytes.length, at + rng.whole(0, 5))),
  ]
  switch (rng.whole(0, 3)) {
    case 0:
      return Buffer.from(before)
    case 1:
      return Buffer.concat([before, Buffer.from(rng.pick(PIECES)), after])
    case 2:
      return Buffer.concat([before, Buffer.from([rng.whole(0, 255), rng.whole(128, 255)]), after])
    default:
      return Buffer.concat([bytes, before])
  }
}

/** Lines of status such as the server writes, and headers that mean something to somebody. */
function oddHeaders(rng: Random): MsgHdrs {
  const h = rng.chance(0.6) ? headers(rng.pick([100, 400, 404, 408, 409, 503]), 'No Messages') : headers()
  if (rng.chance(0.7)) {
    const names = [
      'KV-Operation',
      'Nats-Sequence',
      'Nats-Pending-Messages',
      'Nats-Last-Consumer',
      'Status',
      'x',
    ]
    h.append(rng.pick(names), rng.pick(['DEL', 'PURGE', 'WHAT', '0', '-1', '99999999999999999999', 'é']))
  }
  return h
}

/**
 * What mistakes and malice make of real messages: the n-th mutation is always the same one. Some of them are valid all
 * the same, and to be handled as such.
 * @param name of the consumer, so that each has its own
 */
export function* mutated(name: string, real: readonly object[], count = MUTATIONS): Generator<Mutated, void> {
  for (let n = 0; n < count; n++) {
    const rng = random('mutations', SEED, name, n)
    const value = structuredClone(rng.pick(real)) as Json
    const withHeaders = rng.chance(0.08)
    const edits = withHeaders && rng.chance(0.5) ? 0 : rng.whole(1, 3)
    for (let i = 0; i < edits; i++) changeOne(value, rng)
    let payload: Buffer = Buffer.from(JSON.stringify(value, null, rng.chance(0.1) ? '\r\n' : undefined))
    if (rng.chance(0.3)) payload = changeBytes(payload, rng)
    if (rng.chance(0.05)) payload = Buffer.from(rng.pick(ODD_JSON))
    made++
    yield {
      payload: withHeaders && rng.chance(0.5) ? Buffer.alloc(0) : payload,
      headers: withHeaders ? oddHeaders(rng) : undefined,
    }
  }
}
