import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { requestOf } from '../../../console/views/oversight/account/request.ts'
import { lastInstant, signingDeadline } from '../../../console/views/oversight/due/deadline.ts'
import { settingsOf } from '../../../console/views/oversight/misuse/draft.ts'
import { filterItems, isOwn, nextOpen, SHOWN } from '../../../console/views/oversight/reviews/narrow.ts'
import type { Item } from '../../../console/views/oversight/types.ts'

const person = fc.constantFrom('ann', 'ben', 'cy')
const verdict = fc.constantFrom('in order', 'explained', 'investigate')
const items = fc.array(
  fc.record({
    record: fc.option(fc.record({ actor: person })),
    signal: fc.option(fc.record({ people: fc.array(person) })),
    finding: fc.option(fc.record({ verdict, by: person })),
  }) as unknown as fc.Arbitrary<Item>,
)

describe('items of a review', () => {
  it('are filtered without losing, adding or moving any (AUD-3)', () => {
    fc.assert(
      fc.property(items, fc.constantFrom(...SHOWN), (all, shown) => {
        const some = filterItems(all, shown)
        expect(all.filter((item) => some.includes(item))).toEqual(some)
        expect(filterItems(some, shown)).toEqual(some)
        const open = filterItems(all, 'open').length
        expect(open).toBe(all.filter(({ finding }) => finding === null).length)
        expect(filterItems(all, 'all')).toEqual(all)
      }),
    )
  })

  it('belong to a person by the record or by the signal (AUD-3)', () => {
    const record = { actor: 'ann' } as Item['record']
    const signal = { people: ['ben', 'cy'] } as Item['signal']
    expect([isOwn({ record, signal: null }, 'ann'), isOwn({ record, signal: null }, 'ben')]).toEqual([
      true,
      false,
    ])
    expect([isOwn({ record: null, signal }, 'cy'), isOwn({ record: null, signal }, 'ann')]).toEqual([
      true,
      false,
    ])
  })
})

describe('the next step in a review', () => {
  it('is each waiting item of other people, once, and never the one just judged (AUD-3)', () => {
    fc.assert(
      fc.property(items, person, (drawn, me) => {
        let all = drawn.map((item, n) => ({ ...item, id: String(n) }))
        const mine = all.filter((item) => item.finding === null && !isOwn(item, me))
        const judged: string[] = []
        for (let at: Item | undefined = mine[0]; at; at = nextOpen(all, at, me)) {
          const { id } = at
          expect(judged).not.toContain(id)
          judged.push(id)
          all = all.map((item) => (item.id === id ? { ...item, finding: {} as Item['finding'] } : item))
        }
        expect(judged).toEqual(mine.map(({ id }) => id))
      }),
    )
  })

  it('is to sign before the following quarter is over (AUD-3)', () => {
    expect(lastInstant(signingDeadline('2026-Q3'))).toBe('2026-12-31T23:59:59.999Z')
    expect(lastInstant(signingDeadline('2026-Q4'))).toBe('2027-03-31T23:59:59.999Z')
  })
})

describe('the thresholds of the search for unusual use', () => {
  const form = (fields: [string, string][]) => {
    const values = new FormData()
    for (const [name, value] of fields) values.append(name, value)
    return values
  }

  it('leave out empty fields, and keep shifts that the form does not show (AUD-5)', () => {
    const shifts = { ann: { timeZone: 'UTC', days: [1], fromHour: 8, toHour: 16 } } as never
    const closePlates = [
      { plate: '7ABC123', relation: 'own', people: ['ann'] },
      { plate: '', relation: 'own', people: [] },
    ] as const
    const values = form([
      ['spikePeople', ' 5 '],
      ['vague', ''],
      ['timeZone', 'UTC'],
    ])
    expect(settingsOf(values, { shifts }, closePlates as never)).toEqual({
      ...{ closePlates: [closePlates[0]], shift: null, shifts, thresholds: { spikePeople: 5 } },
    })
  })

  it('include the shift only when it is searched for (AUD-5)', () => {
    const shift = { timeZone: 'America/Denver', days: [1, 5], fromHour: 22, toHour: 6 }
    const fields: [string, string][] = [
      ['timeZone', ' America/Denver '],
      ['days', '1'],
      ['days', '5'],
      ['fromHour', '22'],
      ['toHour', '6'],
    ]
    const shifts = {} as never
    expect(settingsOf(form([...fields, ['hasShift', 'on']]), { shifts }, []).shift).toEqual(shift)
    expect(settingsOf(form(fields), { shifts }, []).shift).toBeNull()
  })
})

describe('the request for an account', () => {
  it.each([
    ['', ' \n ', undefined],
    ['8BXR247\n\r\n 8BXR247 ', '', { plates: ['8BXR247'] }],
    ['', 'Jane Roe', { words: ['Jane Roe'] }],
  ])('plates %j, words %j', (plates, words, expected) => {
    const values = new FormData()
    for (const [name, value] of Object.entries({
      plates,
      words,
      law: 'FOIA',
      requestRef: ' R-1 ',
      reason: ' w ',
    }))
      values.set(name, value)
    expect(requestOf(values)).toEqual(
      expected && { law: 'FOIA', requestRef: 'R-1', reason: 'w', ...expected },
    )
  })
})
