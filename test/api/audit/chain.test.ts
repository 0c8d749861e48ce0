import { generateKeyPairSync } from 'node:crypto'
import { createChainCheck, type Fault, MOST_FAULTS } from '@sightline/api/audit/chain'
import { type AuditCheckpoint, isSignedBy, signCheckpoint } from '@sightline/schemas/audit-checkpoint'
import { type ChainEnd, EMPTY_CHAIN, sealRecord } from '@sightline/schemas/audit-record'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const at = '2026-11-24T03:05:01.123Z'
const keys = generateKeyPairSync('ed25519')

/** A log of so many records, from a chain's end on. */
function logOf(count: number, word = 'w', from: ChainEnd = EMPTY_CHAIN) {
  const records: Buffer[] = []
  const ends: ChainEnd[] = []
  for (let end = from, i = 0; i < count; i++) {
    const next = sealRecord(
      { at, actor: 'ana', action: 'display.view', subject: `d${i}`, parameters: { word } },
      end,
    )
    end = next.end
    records.push(Buffer.from(next.text))
    ends.push(end)
  }
  return { records, ends }
}

function check(records: readonly Buffer[], checkpoints?: readonly AuditCheckpoint[]): Fault[] {
  const chain = createChainCheck(checkpoints)
  for (const record of records) chain.add(record)
  return chain.end()
}

const CONTENT = { at, actor: 'ana', action: 'display.view' as const, subject: null, parameters: {} }
const COUNT = 12
const { records, ends } = logOf(COUNT)
const place = fc.integer({ min: 1, max: COUNT })

describe('an audit log (AUD-2)', () => {
  it('is found complete when nothing was changed', () => {
    expect(check(records)).toEqual([])
    expect(check(records, [signCheckpoint(ends[6]!, at, keys), signCheckpoint(ends[11]!, at, keys)])).toEqual(
      [],
    )
    expect(check([])).toEqual([])
  })

  it('shows which record was changed, whichever byte it was', () => {
    fc.assert(
      fc.property(place, fc.nat(), fc.integer({ min: 1, max: 255 }), (number, offset, flip) => {
        const bytes = Buffer.from(records[number - 1]!)
        bytes[offset % bytes.length]! ^= flip
        const found = check(records.with(number - 1, bytes))
        expect(found.length).toBeGreaterThan(0)
        // A change of the number itself looks like one that is gone and one that does not belong.
        expect(found.some((fault) => fault.number === number)).toBe(true)
      }),
    )
  })

  it('shows which record was replaced together with its hash', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: COUNT - 1 }), (number) => {
        const before = number === 1 ? EMPTY_CHAIN : ends[number - 2]!
        const [other] = logOf(1, 'other', before).records
        expect(check(records.with(number - 1, other!))).toEqual([{ kind: 'replaced', number }])
      }),
    )
  })

  it('shows what was removed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: COUNT - 1 }), fc.integer({ min: 1, max: 4 }), (number, many) => {
        const to = Math.min(number + many, COUNT) - 1
        const rest = [...records.slice(0, number - 1), ...records.slice(to)]
        expect(check(rest)).toEqual([{ kind: 'removed', number, ...(to > number && { to }) }])
      }),
    )
  })

  it('shows what was inserted and what was moved', () => {
    fc.assert(
      fc.property(place, place, (from, to) => {
        const again = [...records.slice(0, to), records[from - 1]!, ...records.slice(to)]
        fc.pre(from <= to)
        expect(check(again)).toContainEqual({ kind: 'inserted', number: from })
      }),
    )
    const [a, b, c, ...rest] = records
    expect(check([a!, c!, b!, ...rest])).toEqual([{ kind: 'reordered', number: 2 }])
  })

  it('shows what is no record', () => {
    const noise = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes))
    fc.assert(
      fc.property(noise, place, (bytes, number) => {
        const found = check([...records.slice(0, number), bytes, ...records.slice(number)])
        expect(found).toEqual([{ kind: 'malformed', number: number + 1 }])
      }),
    )
  })

  it('cannot be cut off or rewritten unnoticed by anyone once somebody else holds a checkpoint', () => {
    const checkpoint = signCheckpoint(ends[8]!, at, keys)
    expect(isSignedBy(checkpoint, keys.publicKey)).toBe(true)
    expect(check(records.slice(0, 5), [checkpoint])).toEqual([{ kind: 'removed', number: 6, to: 9 }])
    const anew = [...records.slice(0, 3), ...logOf(COUNT - 3, 'anew', ends[2]).records]
    expect(check(anew)).toEqual([])
    expect(check(anew, [checkpoint])).toEqual([{ kind: 'not as signed', number: 9 }])
  })

  it('has checkpoints that nobody else can sign or change', () => {
    const checkpoint = signCheckpoint(ends[8]!, at, keys)
    expect(isSignedBy(signCheckpoint(ends[8]!, at, generateKeyPairSync('ed25519')), keys.publicKey)).toBe(
      false,
    )
    for (const changed of [{ number: 8 }, { hash: ends[7]!.hash }, { at: '2026-11-24T03:05:01.124Z' }]) {
      expect(isSignedBy({ ...checkpoint, ...changed }, keys.publicKey)).toBe(false)
    }
  })
})

describe('a file that is no log', () => {
  it.each([
    ['of other lines', (n: number) => Buffer.from(`line ${n}`)],
    [
      'of every second record',
      (n: number) => Buffer.from(sealRecord(CONTENT, { number: 2 * n, hash: '0'.repeat(64) }).text),
    ],
    [
      'of records backward',
      (n: number) => Buffer.from(sealRecord(CONTENT, { number: 50_000 - n, hash: '0'.repeat(64) }).text),
    ],
  ])('has its faults counted, not all of them kept: %s', (_, lineOf) => {
    const chain = createChainCheck()
    const count = 3 * MOST_FAULTS
    for (let n = 1; n <= count; n++) chain.add(lineOf(n))
    const faults = chain.end()
    expect(faults).toHaveLength(MOST_FAULTS)
    expect(faults.length + chain.unlisted).toBeGreaterThanOrEqual(count - 1)
  })
})
