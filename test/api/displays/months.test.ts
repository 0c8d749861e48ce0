import { emptyFile } from '@sightline/api/access/requests'
import { quarterAt } from '@sightline/api/displays/quarter'
import { withReview, withValidation } from '@sightline/api/displays/steps'
import { sweepDisplays } from '@sightline/api/displays/sweep'
import { createMailbox } from '@sightline/api/shared/mail'
import { newPerson } from '@sightline/api/sign-on/set-up'
import { instant } from '@sightline/runtime/clock'
import { createLog } from '@sightline/runtime/log'
import type { AccessFile } from '@sightline/schemas/access-request'
import { type Display, displayIsActive, validationEnds } from '@sightline/schemas/display'
import type { Mail } from '@sightline/schemas/mail'
import type { Office, Person } from '@sightline/schemas/person'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aDisplay } from '../../support/displays.ts'
import { sampleCase } from '../oversight/holdings.ts'
import { memoryRecords } from '../shared/memory-records.ts'

/** Twenty-six months, day by day, with a service that is down on some of them. */

const DAY = 86_400_000
const start = Date.UTC(2026, 10, 24)
const DAYS = 791
const words = 'as the case file says'
const FAR = { until: '2040-01-01T00:00:00.000Z', renewals: [] }

const person = (id: string, offices: Office[], more: Partial<Person> = {}): Person => ({
  ...newPerson({ id, name: id, email: `${id}@agency.example` }, 'x1', start),
  ...{ state: 'active', offices, ...more },
})
const analyst = (id: string): AccessFile => ({
  ...emptyFile(id),
  requests: [{ id: 'r1', need: 'a need that is stated', sources: ['edge'], state: 'granted', steps: [] }],
  certification: { at: instant(start), by: 'x1', validUntil: instant(start + 2 * DAYS * DAY) },
})
const born = (id: string, day: number, more: Partial<Display> = {}): Display => {
  const at = instant(start + day * DAY)
  const expiresAt = validationEnds(new Date(at)).toISOString()
  return aDisplay({ id, owner: 'anna', createdAt: at, validatedAt: at, expiresAt, ...more })
}

async function world(displays: Display[]) {
  const people = memoryRecords<Person>()
  const access = memoryRecords<AccessFile>()
  const mails = memoryRecords<Mail>()
  for (const one of [
    person('anna', [], { supervisor: 'sue' }),
    person('sue', ['supervisor']),
    person('olga', ['oversight']),
    person('gone', ['oversight'], { state: 'suspended' }),
  ]) {
    await people.put(one.id, one, 0)
  }
  await access.put('anna', analyst('anna'), 0)
  let now = start
  const mailbox = createMailbox(mails, null, () => now, createLog('test', 'silent'))
  const stored = { all: () => displays.filter(({ createdAt }) => Date.parse(createdAt) <= now) }
  const cases = {
    select: () => [
      sampleCase('c1', 'project', '7ABC123', { caseRef: 'CASE-1', owner: 'anna', retention: FAR }),
    ],
  }
  const sweep = () => sweepDisplays({ displays: stored, cases, people, access, mailbox }, () => now)
  return {
    ...{ people, access },
    /** Goes on to a day and, if the service is up, sweeps. */
    async pass(day: number, isUp: boolean): Promise<void> {
      now = start + day * DAY
      if (isUp) await sweep()
    },
    /** Each e-mail about something as `day: subject`. */
    async sent(about: RegExp, to = 'anna'): Promise<string[]> {
      const all = (await mails.all()).map(({ value }) => value)
      return all
        .filter((mail) => mail.to === `${to}@agency.example` && about.test(mail.subject))
        .map(({ createdAt, subject }) => `${(Date.parse(createdAt) - start) / DAY}: ${subject}`)
    },
  }
}

describe('displays over 26 months', () => {
  it('are announced 60, 30 and 7 days before their end and on it, when the service is always up (DSP-3)', async () => {
    const displays = [born('d1', 0)]
    const { pass, sent } = await world(displays)
    for (let day = 0; day <= DAYS; day++) await pass(day, true)
    expect(await sent(/watchlist entry/i)).toEqual([
      '305: Your watchlist entry ends on 2027-11-24',
      '335: Your watchlist entry ends on 2027-11-24',
      '358: Your watchlist entry ends on 2027-11-24',
      '365: Your watchlist entry ended on 2027-11-24',
    ])
  })

  it('are announced as soon as the service is back when it was down on the day, once (DSP-3)', async () => {
    const { pass, sent } = await world([born('d1', 0)])
    const down = (day: number) => (day >= 300 && day < 310) || (day >= 330 && day < 360) || day === 365
    for (let day = 0; day <= DAYS; day++) {
      await pass(day, !down(day))
      await pass(day + 0.5, !down(day))
    }
    // The notice of 30 days is overtaken by that of 7.
    expect(await sent(/watchlist entry/i)).toEqual([
      '310: Your watchlist entry ends on 2027-11-24',
      '360: Your watchlist entry ends on 2027-11-24',
      '366: Your watchlist entry ended on 2027-11-24',
    ])
  })

  it('begin a new year when they are validated, and its end is announced again; others end (DSP-3)', async () => {
    const displays = [born('kept', 0), born('left', 10)]
    const { pass, sent } = await world(displays)
    for (let day = 0; day <= DAYS; day++) {
      await pass(day, true)
      if (day === 340) {
        const by = { id: 'anna', roles: [], ownersSupervisor: 'sue', session: 'key' }
        displays[0] = withValidation(displays[0]!, { reason: words }, by, start + day * DAY)
      }
      const active = displays
        .filter((display) => displayIsActive(display, start + day * DAY))
        .map(({ id }) => id)
      const expected = day < 375 ? ['kept', 'left'] : day < 340 + 366 ? ['kept'] : []
      expect([day, active]).toEqual([day, expected])
    }
    const days = (await sent(/watchlist entry/i)).map((line) => Number(line.split(':')[0]))
    expect(days).toEqual([305, 315, 335, 345, 368, 375, 646, 676, 699, 706])
  })

  it('are never announced twice, nor missed while the service is up, whenever it was down (DSP-3)', async () => {
    const outages = fc.array(fc.tuple(fc.integer({ min: 0, max: DAYS }), fc.integer({ min: 1, max: 60 })), {
      maxLength: 12,
    })
    const property = fc.asyncProperty(outages, fc.integer({ min: 0, max: 300 }), async (outages, day0) => {
      const { pass, sent } = await world([born('d1', day0)])
      const isUp = (day: number) => !outages.some(([from, length]) => day >= from && day < from + length)
      for (let day = day0 + 290; day <= day0 + 400; day++) await pass(day, isUp(day))
      const end = (Date.parse(born('d1', day0).expiresAt) - start) / DAY
      // The first day on which it is up, of each span between one announcement and the next.
      const spans = [
        [end - 60, end - 30],
        [end - 30, end - 7],
        [end - 7, end],
        [end, end + 31],
      ]
      const expected = spans.flatMap(([from, to]) => {
        for (let day = from!; day < to!; day++) if (isUp(day)) return [day]
        return []
      })
      expect((await sent(/watchlist entry/i)).map((line) => Number(line.split(':')[0]))).toEqual(expected)
    })
    await fc.assert(property, { numRuns: 40 })
  })

  it('are put before oversight each quarter, until all are reviewed (DSP-4)', async () => {
    const displays = [0, 200, 400].flatMap((day) => [born(`a${day}`, day), born(`b${day}`, day)])
    const { pass, sent } = await world(displays)
    const olga = { id: 'olga', roles: ['oversight' as const], ownersSupervisor: null, session: 'key' }
    for (let day = 0; day <= DAYS; day++) {
      await pass(day, true)
      const now = start + day * DAY
      // Olga looks ten days before the quarter ends; in the second quarter of 2027 she forgets.
      const quarter = quarterAt(now)
      if (quarter.end - now !== 10 * DAY || quarter.name === '2027-Q2') continue
      for (const [i, display] of displays.entries()) {
        if (Date.parse(display.createdAt) > now || !displayIsActive(display, now)) continue
        displays[i] = withReview(display, { verdict: 'relevant', reason: words }, olga, now)
      }
    }
    const told = (await sent(/review/, 'olga')).map((line) => line.replace(/^\d+: /, ''))
    expect(told.filter((line) => line.includes('2027-04-01'))).toHaveLength(2)
    expect(told.filter((line) => line.includes('2027-07-01'))).toHaveLength(3)
    expect(told.filter((line) => line.includes('not reviewed'))).toEqual([
      '4 watchlist entries were not reviewed in 2027-Q2',
      // Stored after she had looked: they were active in the quarter all the same.
      '2 watchlist entries were not reviewed in 2027-Q4',
    ])
    expect(await sent(/review/, 'gone')).toEqual([])
  })

  it("of an owner who left are put before the owner's supervisor, at once and before the end (DSP-3)", async () => {
    const { pass, sent, people } = await world([born('d1', 0)])
    for (let day = 0; day <= DAYS; day++) {
      if (day === 100) {
        const anna = await people.get('anna')
        await people.put('anna', { ...anna.value, state: 'suspended' }, anna.revision)
      }
      await pass(day, true)
    }
    expect(await sent(/watchlist entry/i)).toEqual([])
    expect(await sent(/watchlist entry/i, 'sue')).toEqual([
      '100: A watchlist entry of anna needs an owner',
      '305: A watchlist entry of anna needs an owner',
      '335: A watchlist entry of anna needs an owner',
      '358: A watchlist entry of anna needs an owner',
    ])
  })
})

describe('thousands of displays of one owner', () => {
  const many = (count: number) => Array.from({ length: count }, (_, n) => born(`m${n}`, 0))

  it('that end at once are one e-mail at each stage, once the hour is over, and never more (DSP-3)', async () => {
    const displays = many(3000)
    const { pass, sent } = await world(displays)
    for (const day of [304, 305, 305.02, 305.05, 306, 335, 340]) await pass(day, true)
    const announced = [
      '305.05: 3000 watchlist entries of yours end on 2027-11-24',
      '340: 3000 watchlist entries of yours end on 2027-11-24',
    ]
    expect(await sent(/watchlist entr/i)).toEqual(announced)
    // All but a few are closed: these were announced.
    displays.length = 3
    await pass(341, true)
    expect(await sent(/watchlist entr/i)).toEqual(announced)
    // One whose end is changed is announced again.
    const at = instant(start + 342 * DAY)
    const expiresAt = instant(start + 364 * DAY)
    displays[0] = { ...displays[0]!, expiresAt, lastStep: { action: 'update', by: 'anna', at } }
    for (const day of [342.5, 343]) await pass(day, true)
    expect(await sent(/watchlist entr/i)).toEqual([
      ...announced,
      '342.5: Your watchlist entry ends on 2027-11-23',
    ])
  })

  it('who left are one e-mail to the supervisor, at once and at each stage (DSP-3)', async () => {
    const displays = many(3000)
    const { pass, sent, people } = await world(displays)
    const anna = await people.get('anna')
    await people.put('anna', { ...anna.value, state: 'suspended' }, anna.revision)
    for (const day of [100, 101]) await pass(day, true)
    // The supervisor hands them over one after the other.
    displays.length = 2000
    for (const day of [102, 306, 307, 366]) await pass(day, true)
    expect(await sent(/watchlist entr/i, 'sue')).toEqual([
      '100: 3000 watchlist entries of anna need an owner',
      '306: 2000 watchlist entries of anna need an owner',
    ])
  })
})

describe('a display that ends on the day on which the access of its owner ends', () => {
  it('is announced to its owner all the same, who can no longer look (DSP-3, ACC-4)', async () => {
    const display = born('d1', 0)
    const { pass, sent, access } = await world([display])
    const file = await access.get('anna')
    const certification = { at: instant(start), by: 'x1', validUntil: display.expiresAt }
    await access.put('anna', { ...file.value, certification }, file.revision)
    for (let day = 360; day <= 370; day++) await pass(day, true)
    expect(await sent(/watchlist entry/i)).toEqual([
      '360: Your watchlist entry ends on 2027-11-24',
      '365: Your watchlist entry ended on 2027-11-24',
    ])
    expect(await sent(/watchlist entry/i, 'sue')).toEqual([])
  })
})

describe('a quarter', () => {
  it('contains its instant, and the next quarter follows without a gap (DSP-4)', () => {
    const time = fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2090, 0) })
    fc.assert(
      fc.property(time, (now) => {
        const quarter = quarterAt(now)
        expect(quarter.start <= now && now < quarter.end).toBe(true)
        expect(quarterAt(quarter.end)).toEqual(quarterAt(now, 1))
        expect(quarterAt(quarter.start - 1)).toEqual(quarterAt(now, -1))
        expect(quarter.name).toBe(
          `${new Date(now).getUTCFullYear()}-Q${Math.ceil((new Date(now).getUTCMonth() + 1) / 3)}`,
        )
      }),
    )
  })
})
