import { historyOf } from '@sightline/api/displays/history'
import { stepTaken } from '@sightline/api/displays/steps'
import { instant } from '@sightline/runtime/clock'
import type { Display } from '@sightline/schemas/display'
import { DISPLAY_REVISIONS } from '@sightline/schemas/streams'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aDisplay } from '../../support/displays.ts'

const start = Date.UTC(2026, 0, 1)
const stored = (...displays: Display[]) =>
  displays.map((display, n) => ({ display, storedAt: new Date(start + n) }))
const first = stepTaken(aDisplay({ owner: 'anna' }), { action: 'create', by: 'anna' }, start)

describe('the history of a display', () => {
  it('says who did what, when and why, and what it was before', () => {
    const wider = stepTaken(
      { ...first, region: 'us-ca', minProbability: 0.7 },
      { action: 'update', by: 'anna' },
      start + 1000,
    )
    const reason = 'Anna left the team'
    const given = stepTaken(
      { ...wider, owner: 'bert' },
      { action: 'hand-over', by: 'sue', reason },
      start + 2000,
    )
    expect(historyOf(stored(first, wider, given))).toEqual({
      complete: true,
      steps: [
        expect.objectContaining({ action: 'create', by: 'anna', at: instant(start), before: {}, after: {} }),
        {
          ...{ action: 'update', by: 'anna', at: instant(start + 1000), reason: null, verdict: null },
          before: { region: null, minProbability: null },
          after: { region: 'us-ca', minProbability: 0.7 },
        },
        {
          ...{ action: 'hand-over', by: 'sue', at: instant(start + 2000), reason, verdict: null },
          ...{ before: { owner: 'anna' }, after: { owner: 'bert' } },
        },
      ],
    })
  })

  it('names nobody for a change that was stored without a step: by a tool, or before there were steps', () => {
    const closed: Display = aDisplay({ state: 'closed' })
    const [, step] = historyOf(stored(aDisplay(), closed)).steps
    expect(step).toMatchObject({ action: 'close', by: null, at: instant(start + 1) })
    const [old] = historyOf(stored(aDisplay())).steps
    expect(old).toMatchObject({ action: 'create', by: null })
  })

  it('says when it does not reach back to the beginning', () => {
    const many = Array.from({ length: DISPLAY_REVISIONS }, (_, n) =>
      stepTaken(first, { action: 'update', by: 'anna' }, start + n),
    )
    expect(historyOf(stored(...many)).complete).toBe(false)
    expect(historyOf(stored(first, ...many.slice(1))).complete).toBe(true)
  })

  it('leads from the first revision to the last, change by change', () => {
    const change = fc.record(
      {
        region: fc.constantFrom(null, 'us-ca' as const),
        priority: fc.constantFrom('low' as const, 'high' as const),
        minProbability: fc.constantFrom(0.5, 0.9),
        portsOfEntry: fc.constantFrom<string[]>(['2504'], ['2504', '2506']),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), (changes) => {
        const revisions = [first]
        for (const [n, one] of changes.entries()) {
          const next = { ...revisions.at(-1)!, ...one }
          revisions.push(stepTaken(next, { action: 'update', by: 'anna' }, start + n + 1))
        }
        const { steps } = historyOf(stored(...revisions))
        const values = Object.assign({}, ...steps.map(({ after }) => after))
        const { lastStep, ...last } = revisions.at(-1)!
        expect({ ...first, ...values, lastStep }).toEqual({ ...last, lastStep })
        for (const { before, after } of steps) expect(Object.keys(before)).toEqual(Object.keys(after))
      }),
    )
  })
})
