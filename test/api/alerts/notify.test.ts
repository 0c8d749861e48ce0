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

it('an owner of thousands of displays that raise alerts at once gets a few e-mails, and one about the rest (DSP-1)', async () => {
  const people = memoryRecords<Person>()
  for (const id of ['anna', 'bert', 'gone']) {
    const person = newPerson({ id, name: id, email: `${id}@agency.example` }, 'x1', START)
    await people.put(id, { ...person, state: id === 'gone' ? 'suspended' : 'active' }, 0)
  }
  const mails = memoryRecords<Mail>()
  const log = createLog('test', 'silent')
  const mailbox = createMailbox(mails, null, () => Date.now(), log)
  const raised = [
    ...Array.from({ length: 2000 }, (_, n) => ['anna', `d-${n}`] as const),
    ...([
      ['bert', 'b-1'],
      ['gone', 'g-1'],
      ['bert', 'b-2'],
      ['bert', 'b-1'],
    ] as const),
  ]
  const all = raised.map(([owner, id], n) => {
    const sample = sampleAlert(n)
    const at = instant(START + n)
    const display = { ...sample.display, id, owner, priority: 'high' as const }
    return { sequence: n + 1, alert: { ...sample, raisedAt: at, readStoredAt: at, display } }
  })
  const alerts = {
    range: async () => ({ first: 1, last: 0 }),
    follow: async function* () {
      yield* all
    },
  } as unknown as NotifyDeps['alerts']
  const sent = async (to: string) =>
    (await mails.all()).map(({ value }) => value).filter((mail) => mail.to === `${to}@agency.example`)

  const stop = new AbortController()
  const notify = () => notifyOwners({ alerts, people, mailbox, clock: () => Date.now(), log }, stop.signal)
  await (await notify()).ended
  expect((await sent('anna')).map(({ subject }) => subject)).toEqual(Array(5).fill('An alert for CASE-1'))
  // A second process says the same.
  await (await notify()).ended
  await vi.advanceTimersByTimeAsync(SPAN)
  const subjects = (await sent('anna')).map(({ subject }) => subject)
  expect(subjects).toHaveLength(6)
  expect(subjects).toContain('Alerts for 1995 more watchlist entries')
  // Few are told one by one; one who has left is told nothing.
  expect([(await sent('bert')).length, (await sent('gone')).length]).toEqual([2, 0])
  stop.abort()
})
