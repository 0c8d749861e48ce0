import { createMailbox } from '@sightline/api/mail'
import type { Api } from '@sightline/api/main'
import type { Outcome } from '@sightline/api/plugins/app/idempotency'
import type { Records } from '@sightline/api/stores/records'
import { startSweeps, TURN_MS } from '@sightline/api/sweeps'
import { instant } from '@sightline/runtime/clock'
import { createLog } from '@sightline/runtime/log'
import type { Mail } from '@sightline/schemas/mail'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { auditOf, type Colleague, colleague, DAY, opened, type TestClock } from './cases/support.ts'
import { bodyOf, type Rig, startRig } from './harness.ts'
import { memoryRecords } from './memory-records.ts'

const log = createLog('test', 'silent')
const clock: TestClock = { now: Date.UTC(2026, 10, 24, 9) }

describe('sweeps', () => {
  const start = (writes: Records<Outcome>, ...sweeps: (() => Promise<void>)[]) =>
    startSweeps(sweeps, { writes, clock: () => clock.now, log })

  it('run in one process at a time, and in another when one was interrupted', async () => {
    const writes = memoryRecords<Outcome>()
    let running = 0
    let most = 0
    let runs = 0
    const work = async () => {
      runs++
      most = Math.max(most, ++running)
      await new Promise((resolve) => setTimeout(resolve, 20))
      running--
    }
    const processes = [start(writes, work), start(writes, work), start(writes, work)]
    await Promise.all(processes.map((one) => one.run()))
    for (const one of processes) await one.close()
    expect([most, runs > 0]).toEqual([1, true])

    // One that was killed while it swept has left its turn behind.
    const interrupted = { digest: 'sweep', startedAt: clock.now, done: null }
    await writes.put('sweep', interrupted, (await writes.find('sweep'))?.revision ?? 0)
    const before = runs
    const later = start(writes, work)
    await later.run()
    expect(runs).toBe(before)
    clock.now += TURN_MS
    await later.run()
    expect(runs).toBe(before + 1)
    await later.close()
  })

  it('go on after one that fails', async () => {
    let runs = 0
    const fail = async () => {
      throw new Error('the broker is away')
    }
    const writes = memoryRecords<Outcome>()
    const sweeps = start(writes, fail, async () => void runs++)
    await sweeps.run()
    expect(runs).toBe(2)
    await sweeps.close()
  })
})

describe('an e-mail', () => {
  it('is sent by one of several processes that find it at once (ACC-2)', async () => {
    const mails = memoryRecords<Mail>()
    let sent = 0
    const slow = async () => {
      sent++
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    const boxes = [1, 2, 3].map(() => createMailbox(mails, slow, () => clock.now, log))
    const mail: Mail = {
      ...{ v: 1, id: 'one', to: 'anna@agency.example', subject: 'Your access', text: 'You are authorised.' },
      ...{ createdAt: instant(clock.now), sentAt: null },
    }
    await Promise.all(boxes.flatMap((box) => [box.post(mail), box.deliver(), box.deliver()]))
    await expect.poll(async () => (await mails.get('one')).value.sentAt).toBe(instant(clock.now))
    for (const box of boxes) await box.deliver()
    expect(sent).toBe(1)
  })
})

describe('two api processes on one broker', () => {
  let rig: Rig
  let other: Api
  let anna: Colleague
  beforeAll(async () => {
    rig = await startRig({ clock: () => clock.now })
    other = await rig.startApi({ clock: () => clock.now })
    anna = await colleague(rig, clock, 'anna')
    await colleague(rig, clock, 'olga', { analyst: false, offices: ['oversight'] })
  })
  afterAll(() => rig.close())

  const sweepBoth = () => Promise.all([rig.api.sweep(), other.sweep(), rig.api.sweep(), other.sweep()])
  const mails = async () => (await bodyOf<{ mails: Mail[] }>(rig.call('/v1/mailbox'))).mails

  it('record a deletion once, and write each reminder once (AUD-2, AUD-6)', async () => {
    const kept = await opened(anna, { caseRef: 'KEPT-1' })
    const cases = []
    for (let n = 0; n < 5; n++) {
      cases.push(await opened(anna, { caseRef: `SHORT-${n}`, retainUntil: instant(clock.now + 10 * DAY) }))
    }
    clock.now += 3 * DAY
    await sweepBoth()
    clock.now += 7 * DAY
    await sweepBoth()
    const deleted = (await auditOf(rig)).filter(({ action }) => action === 'case.delete')
    expect(deleted.map(({ subject }) => subject).sort()).toEqual(cases.map(({ id }) => id).sort())
    expect((await auditOf(rig)).filter(({ action }) => action === 'request.refuse')).toEqual([])
    const told = (await mails()).filter(({ id }) => id.startsWith('retention-'))
    expect(told.map(({ subject }) => subject).sort()).toEqual(
      cases
        .flatMap(({ caseRef }) =>
          ['deleted on', 'kept until'].map((how) => `The case ${caseRef}: ${how} 2026-12-04`),
        )
        .sort(),
    )
    expect((await anna.call(`/v1/cases/${kept.id}`)).status).toBe(200)
  })
})
