import { type NotifyDeps, notifyOwners } from '@sightline/api/alerts/notify'
import { createMailbox } from '@sightline/api/shared/mail'
import { newPerson } from '@sightline/api/sign-on/set-up'
import { instant } from '@sightline/runtime/clock'
import { createLog } from '@sightline/runtime/log'
import type { Mail } from '@sightline/schemas/mail'
import type { Person } from '@sightline/schemas/person'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { sampleAlert } from '../harness.ts'
import { memoryRecords } from '../shared/memory-records.ts'

const START = Date.UTC(2026, 10, 24, 9)
const SPAN = 600_000
beforeEach(() => void vi.useFakeTimers({ now: START }))
afterEach(() => void vi.useRealTimers())

const log = createLog('test', 'silent')

/** Owners, and alerts of their displays from START on, one each millisecond unless another time is given. */
async function rigOf(raised: readonly (readonly [owner: string, display: string, at?: number])[]) {
  const people = memoryRecords<Person>()
  for (const id of ['anna', 'bert', 'gone']) {
    const person = newPerson({ id, name: id, email: `${id}@agency.example` }, 'x1', START)
    await people.put(id, { ...person, state: id === 'gone' ? 'suspended' : 'active' }, 0)
  }
  const mails = memoryRecords<Mail>()
  const mailbox = createMailbox(mails, null, () => Date.now(), log)
  const all = raised.map(([owner, id, time], n) => {
    const sample = sampleAlert(n)
    const at = instant(time ?? START + n)
    const display = { ...sample.display, id, owner, priority: 'high' as const }
    return { sequence: n + 1, alert: { ...sample, raisedAt: at, readStoredAt: at, display } }
  })
  const alerts = {
    range: async () => ({ first: 1, last: all.length }),
    get: async (sequence: number) => all[sequence - 1]!.alert,
    follow: async function* (after: number) {
      for (const one of all.slice(after)) {
        yield one
        // The broker does not send all in one go.
        await Promise.resolve()
      }
    },
  } as unknown as NotifyDeps['alerts']
  const sent = async (to: string) =>
    (await mails.all()).map(({ value }) => value).filter((mail) => mail.to === `${to}@agency.example`)
  const notify = (stop: AbortSignal) =>
    notifyOwners({ alerts, people, mailbox, clock: () => Date.now(), log }, stop)
  return { all, sent, notify }
}

it('an owner of thousands of displays that raise alerts at once gets a few e-mails, and one about the rest (DSP-1)', async () => {
  const raised = [
    ...Array.from({ length: 2000 }, (_, n) => ['anna', `d-${n}`] as const),
    ...([
      ['bert', 'b-1'],
      ['gone', 'g-1'],
      ['bert', 'b-2'],
      ['bert', 'b-1'],
    ] as const),
  ]
  const { sent, notify } = await rigOf(raised)
  const stop = new AbortController()
  await (await notify(stop.signal)).ended
  expect((await sent('anna')).map(({ subject }) => subject)).toEqual(Array(5).fill('An alert for CASE-1'))
  // A second process says the same.
  await (await notify(stop.signal)).ended
  await vi.advanceTimersByTimeAsync(SPAN)
  const subjects = (await sent('anna')).map(({ subject }) => subject)
  expect(subjects).toHaveLength(6)
  expect(subjects).toContain('Alerts for 1995 more watchlist entries')
  // Few are told one by one; one who has left is told nothing.
  expect([(await sent('bert')).length, (await sent('gone')).length]).toEqual([2, 0])
  stop.abort()
})

it('after a restart counts all of the span, whenever the span ended, and tells nobody twice (DSP-1)', async () => {
  // Anna's are before a flood of Bert's, and some of hers are older than an hour by the restart.
  const { sent, notify } = await rigOf([
    ...Array.from({ length: 20 }, (_, n) => ['anna', `d-${n}`] as const),
    ...Array.from({ length: 3000 }, (_, n) => ['bert', `b-${n}`] as const),
    ...Array.from({ length: 8 }, (_, n) => ['anna', `d-${n + 20}`, START + 3 * SPAN + n] as const),
  ])
  const subjects = async (to: string) => (await sent(to)).map(({ subject }) => subject).sort()
  const first = new AbortController()
  await (await notify(first.signal)).ended
  first.abort()
  expect([(await sent('anna')).length, (await sent('bert')).length]).toEqual([5, 5])

  await vi.advanceTimersByTimeAsync(5 * SPAN)
  const second = new AbortController()
  await (await notify(second.signal)).ended
  await vi.advanceTimersByTimeAsync(60_000)
  second.abort()
  const told = Array(5).fill('An alert for CASE-1')
  expect(await subjects('anna')).toEqual([
    'Alerts for 15 more watchlist entries',
    'Alerts for 8 more watchlist entries',
    ...told,
  ])
  expect(await subjects('bert')).toEqual(['Alerts for 2995 more watchlist entries', ...told])

  // By now the first of Anna's are older than an hour.
  await vi.advanceTimersByTimeAsync(2 * SPAN)
  const third = new AbortController()
  await (await notify(third.signal)).ended
  await vi.advanceTimersByTimeAsync(60_000)
  third.abort()
  expect(await sent('anna')).toHaveLength(7)
})

it('an e-mail about an alert does not say the plate that its case is named after', async () => {
  const { all, sent, notify } = await rigOf([['anna', 'd-1']])
  const { display } = all[0]!.alert
  display.plate = '7ABC123'
  display.caseRef = 'Theft of 7-ABC-123'
  const stop = new AbortController()
  await (await notify(stop.signal)).ended
  stop.abort()
  expect((await sent('anna')).map(({ subject }) => subject)).toEqual(['An alert for Theft of •••••••'])
})
