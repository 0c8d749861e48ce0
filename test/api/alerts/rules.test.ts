import { compareReading } from '@sightline/api/alerts/compare'
import { withoutPlates } from '@sightline/api/alerts/cover'
import { estimatePrecision, precisionBy, type Verdict } from '@sightline/api/alerts/precision'
import {
  CLAIM_MS,
  claimWork,
  MAX_TRIES,
  newAlertWork,
  recordPassOn,
  rejectWork,
  releaseWork,
  verifyWork,
} from '@sightline/api/alerts/work'
import { compilePattern, fits } from '@sightline/matching/pattern-set'
import { codeOf } from '@sightline/matching/plate-key'
import { instant } from '@sightline/runtime/clock'
import { type AlertWork, alertWorkParser, type Reading } from '@sightline/schemas/alert-work'
import type { SightlineError } from '@sightline/schemas/errors'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sampleAlert } from '../harness.ts'

const start = Date.UTC(2026, 10, 24, 9)
const picture = 'a'.repeat(64)

describe('a text that a verifier sees', () => {
  it.each([
    ['seen at the pier', ['7KSV318'], 'seen at the pier'],
    ['7KSV318', ['7KSV318', '7KSV319'], '•••••••'],
    ['plate 7ksv-3I8, and 7KSV 319', ['7KSV318', '7KSV319'], 'plate •••••••, and •••••••'],
    ['the 7kſv.318 at 0:30', ['7KSV318'], 'the ••••••• at 0:30'],
    ['O7 and o.7, 107 and 0-70', ['07'], '••••••• and •••••••, 107 and 0-70'],
    ['7KSV31 8KSV', ['7KSV318'], '7KSV31 8KSV'],
    ['7KSéV318', ['7KSV318'], '7KSéV318'],
    ['the 7KSV318 and the [78]KSV', ['7KS*', '[78]KSV'], 'the ••••••• and the •••••••'],
  ])('%s, without %j', (text, plates, shown) => {
    expect(withoutPlates(text, plates)).toBe(shown)
  })
})

describe('what a verifier types', () => {
  const compare = (
    plate: string,
    typed: string | null,
    regions: [string | null, string | null] = [null, null],
  ) => compareReading({ plate, region: regions[0] }, { plate: typed, region: regions[1] })

  it.each([
    ['7ABC123', '7ABC123', 'exact'],
    ['7ABC1O3', '7ABC103', 'look-alike'],
    ['7ABCI23', '7ABC123', 'look-alike'],
    ['7ABC128', '7ABC12B', 'differs'],
    ['7ABC123', '7ABC12', 'differs'],
    ['7ABC123', null, 'unreadable'],
    ['7AB?1*', '7ABC1', 'exact'],
    ['7A[O8]1', '7A01', 'look-alike'],
    ['7A[O8]1', '7AB1', 'differs'],
  ] as const)('for a display of %s, %s, is %s (DSP-7)', (plate, typed, agreement) => {
    expect(compare(plate, typed)).toBe(agreement)
  })

  it('with another region is another vehicle; a region that nobody sees decides nothing (DSP-7)', () => {
    expect(compare('ABC', 'ABC', ['us-ca', 'us-ny'])).toBe('differs')
    expect(compare('ABC', 'ABC', ['us-ca', null])).toBe('exact')
    expect(compare('ABC', 'ABC', [null, 'us-ny'])).toBe('exact')
  })

  it('fits a pattern exactly when the matcher says so (DSP-7)', () => {
    const piece = fc.constantFrom('A', 'B', '7', '0', 'O', '?', '*', '[AB]', '[O1]')
    const pattern = fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join(''))
    const plate = fc.string({ unit: fc.constantFrom('A', 'B', '7', '0', 'O'), minLength: 1, maxLength: 10 })
    fc.assert(
      fc.property(pattern, plate, (pattern, plate) => {
        const codes = Uint8Array.from(plate, codeOf)
        const isFit = fits(compilePattern(pattern), codes, plate.length)
        expect(compare(pattern, plate) === 'exact').toBe(isFit)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('work on an alert', () => {
  const open = newAlertWork(7, sampleAlert(1))
  const reading = (by: string, now: number, agreement: Reading['agreement'] = 'exact'): Reading => ({
    ...{ by, at: instant(now), region: null, agreement },
    plate: agreement === 'unreadable' ? null : '7ABC123',
  })
  const has = (code: string, message: RegExp) =>
    expect.objectContaining({ code, message: expect.stringMatching(message) })
  const note = { reason: 'the last character is a B', pictureSha256: picture }
  const entry = (by: string) => ({
    ...{ id: 'p1', by, at: instant(start), recipient: 'port', authority: 'Act of the Test, section 1' },
  })

  it('is claimed by one person; a claim lapses by itself (DSP-7)', () => {
    const work = claimWork(open, 'anna', start)
    expect(work.claim).toEqual({ by: 'anna', at: instant(start), until: instant(start + CLAIM_MS) })
    expect(() => claimWork(work, 'bert', start + CLAIM_MS - 1)).toThrow(has('CONFLICT', /anna has claimed/))
    expect(claimWork(work, 'anna', start + 1).claim?.until).toBe(instant(start + 1 + CLAIM_MS))
    const taken = claimWork(work, 'bert', start + CLAIM_MS)
    expect(taken.claim?.by).toBe('bert')
    expect(() => verifyWork(work, reading('anna', start + CLAIM_MS), picture, start + CLAIM_MS)).toThrow(
      has('CONFLICT', /your claim expired/),
    )
    expect(releaseWork(work, 'anna', start)).toEqual(open)
    expect(() => releaseWork(work, 'bert', start)).toThrow(has('CONFLICT', /anna has claimed/))
  })

  it('is shared only after a person has verified the image (DSP-7)', () => {
    expect(() => recordPassOn(open, entry('anna'))).toThrow(has('CONFLICT', /nobody has claimed/))
    const work = claimWork(open, 'anna', start)
    expect(() => recordPassOn(work, entry('anna'))).toThrow(has('CONFLICT', /not verified it yet.*DSP-7/))
    const misread = rejectWork(work, reading('anna', start, 'differs'), note, start)
    expect(() => recordPassOn(misread, entry('anna'))).toThrow(has('CONFLICT', /rejected as misread/))
    const done = verifyWork(work, reading('anna', start), picture, start)
    expect(recordPassOn(done, entry('bert')).passedOn).toEqual([entry('bert')])
  })

  it('goes to somebody else after a person reads another plate twice; one slip decides nothing (DSP-7)', () => {
    let work = claimWork(open, 'anna', start)
    work = verifyWork(work, reading('anna', start, 'differs'), picture, start)
    expect([work.state, work.verdict, work.tries.length]).toEqual(['claimed', null, 1])
    work = verifyWork(work, reading('anna', start, 'differs'), picture, start)
    expect([work.state, work.claim, work.tries.length]).toEqual(['open', null, MAX_TRIES])
    const again = claimWork(work, 'anna', start)
    expect(() => verifyWork(again, reading('anna', start), picture, start)).toThrow(
      has('NOT_ALLOWED', /2 times/),
    )
    expect(rejectWork(again, reading('anna', start, 'differs'), note, start).state).toBe('misread')
    expect(verifyWork(claimWork(work, 'bert', start), reading('bert', start), picture, start).state).toBe(
      'verified',
    )
  })

  it('is not rejected as misread when the verifier read the watched plate (DSP-7)', () => {
    const work = claimWork(open, 'anna', start)
    for (const agreement of ['exact', 'look-alike'] as const) {
      expect(() => rejectWork(work, reading('anna', start, agreement), note, start)).toThrow(
        has('RULE_BROKEN', /not a misread/),
      )
    }
    expect(rejectWork(work, reading('anna', start, 'unreadable'), note, start).verdict).toMatchObject(note)
  })

  it('is not judged a second time when the same person sends the same verdict again, long after their claim', () => {
    const work = claimWork(open, 'anna', start)
    const late = start + 2 * CLAIM_MS
    const misread = rejectWork(work, reading('anna', start, 'differs'), note, start)
    expect(rejectWork(misread, reading('anna', late, 'differs'), note, late)).toBe(misread)
    const verified = verifyWork(work, reading('anna', start), picture, start)
    expect(verifyWork(verified, reading('anna', late), picture, late)).toBe(verified)
    const final = has('CONFLICT', /already (verified|rejected as misread)/)
    expect(() => rejectWork(misread, reading('bert', late, 'differs'), note, late)).toThrow(final)
    expect(() =>
      rejectWork(misread, reading('anna', late, 'differs'), { ...note, reason: 'too dark' }, late),
    ).toThrow(final)
    expect(() => verifyWork(misread, reading('anna', late), picture, late)).toThrow(final)
    expect(() => verifyWork(verified, reading('bert', late), picture, late)).toThrow(final)
    expect(() => rejectWork(verified, reading('anna', late, 'differs'), note, late)).toThrow(final)
  })

  it('gets one verdict, by the person who held the claim, and is never shared before, whatever anybody tries (DSP-7)', () => {
    const aStep = fc.record({
      step: fc.constantFrom('claim', 'release', 'verify', 'reject', 'pass-on'),
      by: fc.constantFrom('anna', 'bert', 'carl'),
      agreement: fc.constantFrom<Reading['agreement']>('exact', 'look-alike', 'differs', 'unreadable'),
      wait: fc.integer({ min: 0, max: CLAIM_MS }),
    })
    const property = fc.property(fc.array(aStep, { maxLength: 40 }), (tries) => {
      let work: AlertWork = open
      let now = start
      for (const { step, by, agreement, wait } of tries) {
        now += wait
        const before = work
        try {
          if (step === 'claim') work = claimWork(before, by, now)
          if (step === 'release') work = releaseWork(before, by, now)
          if (step === 'verify') work = verifyWork(before, reading(by, now, agreement), picture, now)
          if (step === 'reject') work = rejectWork(before, reading(by, now, agreement), note, now)
          if (step === 'pass-on') work = recordPassOn(before, entry(by))
        } catch (error) {
          expect(['CONFLICT', 'NOT_ALLOWED', 'RULE_BROKEN']).toContain((error as SightlineError).code)
          continue
        }
        expect(alertWorkParser.check(work)).toBe(true)
        if (before.verdict) expect(work.verdict).toEqual(before.verdict)
        else if (work.verdict)
          expect([before.claim?.by, now < Date.parse(before.claim!.until)]).toEqual([by, true])
        const agrees = ['exact', 'look-alike'].includes(work.verdict?.agreement ?? '')
        expect(work.state === 'verified').toBe(agrees)
        if (work.passedOn.length > 0) expect(work.state).toBe('verified')
      }
    })
    fc.assert(property, { numRuns: 1000 })
  })
})

describe('precision', () => {
  it('is the part of verdicts that found the alert right, by display and by camera (DSP-7)', () => {
    const verdict = (displayId: string, cameraId: string, outcome: Verdict['outcome']): Verdict => ({
      ...{ displayId, cameraId, source: 'edge', address: null, outcome },
    })
    const verdicts = [
      verdict('d1', 'c1', 'verified'),
      verdict('d1', 'c2', 'verified'),
      verdict('d1', 'c2', 'misread'),
      verdict('d2', 'c2', 'unreadable'),
    ]
    expect(precisionBy('displayId', verdicts).figures).toEqual([
      { id: 'd1', verified: 2, misread: 1, unreadable: 0, ...estimatePrecision(2, 1) },
      { id: 'd2', verified: 0, misread: 0, unreadable: 1, precision: null, low: null, high: null },
    ])
    expect(precisionBy('cameraId', verdicts).figures.map(({ id, precision }) => [id, precision])).toEqual([
      ['c2', 0.5],
      ['c1', 1],
    ])
    const overall = { verified: 2, misread: 1, unreadable: 1 }
    const first = precisionBy('displayId', verdicts, { limit: 1 })
    expect(first).toMatchObject({ figures: [{ id: 'd1' }], overall })
    const rest = precisionBy('displayId', verdicts, { limit: 1, cursor: first.next! })
    expect(rest).toMatchObject({ figures: [{ id: 'd2' }], next: null, overall })
  })

  it('has a Wilson interval that contains it and narrows with more verdicts', () => {
    // 8 of 10, 95 %: 0.4902 to 0.9433 (Wilson 1927, as in Agresti and Coull 1998).
    const { low, high } = estimatePrecision(8, 2)
    expect([low, high]).toEqual([expect.closeTo(0.4902, 3), expect.closeTo(0.9433, 3)])
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), (hits, misses) => {
        const { precision, low, high } = estimatePrecision(hits, misses)
        if (precision === null) {
          expect(hits + misses).toBe(0)
          return
        }
        expect(low! >= 0 && low! <= precision + 1e-9 && precision <= high! + 1e-9 && high! <= 1).toBe(true)
        const more = estimatePrecision(hits * 4, misses * 4)
        expect(more.high! - more.low!).toBeLessThan(high! - low!)
      }),
      { examples: [[0, 0]] },
    )
  })
})
