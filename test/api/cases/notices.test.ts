import { retentionNotices } from '@sightline/api/cases/notices'
import { newPerson } from '@sightline/api/sign-on/set-up'
import { instant } from '@sightline/runtime/clock'
import { mailParser } from '@sightline/schemas/mail'
import type { Person } from '@sightline/schemas/person'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sampleCase, sampleHoldings, sampleSaved } from '../oversight/holdings.ts'

const DAY = 86_400_000
const END = Date.UTC(2027, 10, 1, 10)
const until = (at: number) => ({ until: instant(at), renewals: [] })
const person = (id: string, state: Person['state'] = 'active'): [string, Person] => [
  id,
  { ...newPerson({ id, name: id, email: `${id}@agency.example` }, 'x1', 0), state },
]
const people = new Map([person('jane'), person('gone', 'suspended')])
const nothing = { cases: [], saved: [], products: [], lookouts: [] }

describe('e-mails about the end of retention', () => {
  it('are sent 60, 30 and 7 days before it and when it comes, one for each kind in a case (AUD-6)', () => {
    const kept = sampleHoldings()
    const subjects = (days: number) =>
      retentionNotices(kept, people, END - days * DAY).map(({ subject }) => subject.replace(/: .*/, ''))
    const all = [
      ...['event', 'project', 'workspace', 'other'].map((id) => `The case REF-c-${id}`),
      '2 saved reads of the case REF-c-event',
      '2 products of the case REF-c-workspace',
      '2 lookouts of the case REF-c-event',
    ]
    expect([subjects(61), subjects(60), subjects(0)]).toEqual([[], all, all])
    const ids = (days: number) => retentionNotices(kept, people, END - days * DAY).map(({ id }) => id)
    expect(new Set([60, 59.5, 31, 30, 8, 7, 1, 0.1, 0].flatMap(ids)).size).toBe(4 * all.length)
    expect(retentionNotices(kept, people, END).every(mailParser.check)).toBe(true)
    expect(JSON.stringify(retentionNotices(kept, people, END))).not.toMatch(/7ABC123|9ZZZ999/)
  })

  it('go to the person who kept it, or to the owner of the case when that person has left (AUD-6)', () => {
    const one = sampleCase('c-event', 'event', '7ABC123', { owner: 'jane', retention: until(END + 90 * DAY) })
    const saved = { ...sampleSaved('7ABC123'), savedBy: 'gone', retention: until(END) }
    const told = (owner: string) =>
      retentionNotices({ ...nothing, cases: [{ ...one, owner }], saved: [saved] }, people, END - DAY)
    expect(told('jane').map(({ to }) => to)).toEqual(['jane@agency.example'])
    expect(told('gone')).toEqual([])
  })

  it('are the same whenever a sweep runs within their days: none is sent twice (AUD-6)', () => {
    const days = fc.double({ min: 0.001, max: 60, noNaN: true })
    const one = { ...nothing, cases: [sampleCase('c1', 'event', '7ABC123', { retention: until(END) })] }
    fc.assert(
      fc.property(days, days, (a, b) => {
        const ids = [a, b].map((left) => retentionNotices(one, people, END - left * DAY)[0]!.id)
        const span = (left: number) => [7, 30, 60].findIndex((limit) => left <= limit)
        expect(ids[0] === ids[1]).toBe(span(a) === span(b))
      }),
    )
  })
})
