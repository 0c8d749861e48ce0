import { DISPLAY_NOTICE } from '@sightline/api/displays/notice'
import { newDisplay } from '@sightline/api/displays/steps'
import { displayCopy } from '@sightline/api/displays/store'
import type { Display } from '@sightline/schemas/display'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const template = newDisplay(
  { plate: 'ABC1', reason: 'for the test', caseRef: 'CASE-1', confirmNotice: DISPLAY_NOTICE.version },
  'developer',
  0,
)
const display = (id: string, state: Display['state'] = 'active'): Display => ({ ...template, id, state })

describe('the copy of the displays in memory', () => {
  it('pages through everything once, newest first, in whatever order it arrived', () => {
    const ids = fc.uniqueArray(fc.string({ unit: fc.constantFrom('a', 'b', '0', '-', 'Z'), minLength: 1 }))
    fc.assert(
      fc.property(ids, fc.integer({ min: 1, max: 7 }), (ids, limit) => {
        const copy = displayCopy()
        for (const id of ids) copy.put({ display: display(id), revision: 1 })
        const seen: string[] = []
        let cursor: string | undefined
        do {
          const page = copy.list(() => true, limit, cursor)
          seen.push(...page.displays.map(({ id }) => id))
          cursor = page.next ?? undefined
        } while (cursor !== undefined)
        expect(seen).toEqual([...ids].sort().reverse())
      }),
    )
  })

  it('keeps the newest revision when an older one arrives late', () => {
    const copy = displayCopy()
    copy.put({ display: display('a', 'closed'), revision: 7 })
    copy.put({ display: display('a'), revision: 3 })
    expect(copy.list(() => true, 10).displays).toEqual([display('a', 'closed')])
  })

  it('forgets removed displays, and counts only those that a filter keeps toward a page', () => {
    const copy = displayCopy()
    for (const id of ['a', 'b', 'c', 'd', 'e']) copy.put({ display: display(id), revision: 1 })
    copy.remove('e')
    const odd = ({ id }: Display) => id === 'a' || id === 'c'
    expect(copy.list(odd, 1)).toEqual({ displays: [display('c')], next: 'c' })
    expect(copy.list(odd, 1, 'c')).toEqual({ displays: [display('a')], next: null })
  })
})
