import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gatherMs, type Told } from '../../../console/views/alerts/notify/pace.ts'

/** When people are notified of alerts that arrive at these instants; the same rule as in arrivals.ts. */
function toldAt(comes: readonly { at: number; urgent: boolean }[]): Told[] {
  const told: Told[] = []
  let due = Number.POSITIVE_INFINITY
  let urgent = false
  const tellUntil = (now: number) => {
    if (due > now) return
    told.push({ at: due, urgent })
    due = Number.POSITIVE_INFINITY
    urgent = false
  }
  for (const one of comes) {
    tellUntil(one.at)
    urgent ||= one.urgent
    const at = one.at + gatherMs(told.at(-1) ?? null, { urgent, isCatchingUp: false, now: one.at })
    due = Math.min(due, at)
  }
  tellUntil(Number.MAX_SAFE_INTEGER)
  return told
}

describe('a notification of alerts', () => {
  it('comes at once, one for all that arrive together', () => {
    expect(toldAt([0, 100, 200].map((at) => ({ at, urgent: false })))).toEqual([{ at: 250, urgent: false }])
  })

  it('comes now and then in a flood, not a hundred times', () => {
    const flood = Array.from({ length: 1000 }, (_, place) => ({ at: place * 10, urgent: place % 7 === 0 }))
    expect(toldAt(flood).map(({ at }) => at)).toEqual([250, 5250, 10_250])
  })

  it('does not wait when it is more urgent than the last', () => {
    const come = [
      { at: 0, urgent: false },
      { at: 1000, urgent: false },
      { at: 2000, urgent: true },
      { at: 3000, urgent: true },
    ]
    expect(toldAt(come).map(({ at }) => at)).toEqual([250, 2250, 7250])
  })

  it('comes once after a lost connection, for all that arrived meanwhile', () => {
    const catchingUp = { urgent: true, isCatchingUp: true, now: 0 }
    expect(gatherMs(null, catchingUp)).toBe(1000)
  })

  it('leaves out nobody, and nobody waits longer than about five seconds', () => {
    const come = fc.array(fc.record({ after: fc.nat(8000), urgent: fc.boolean() }), { minLength: 1 })
    fc.assert(
      fc.property(come, (steps) => {
        let at = 0
        const comes = steps.map(({ after, urgent }) => {
          at += after
          return { at, urgent }
        })
        const told = toldAt(comes)
        for (const one of comes) {
          const next = told.find(({ at, urgent }) => at >= one.at && (urgent || !one.urgent))
          expect(next!.at - one.at).toBeLessThanOrEqual(5250)
        }
      }),
    )
  })
})
