import { jetstream } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import type { Api } from '@sightline/api/main'
import { createMailbox } from '@sightline/api/shared/mail'
import { LEASE_MS, openSweepLease } from '@sightline/api/shared/sweep-lease'
import { startSweeps } from '@sightline/api/shared/sweeps'
import { type Link, openLink } from '@sightline/broker/link'
import { instant } from '@sightline/runtime/clock'
import { createLog } from '@sightline/runtime/log'
import type { Mail } from '@sightline/schemas/mail'
import { WRITES_DONE } from '@sightline/schemas/streams'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type TestBroker, testBroker } from '../../support/broker.ts'
import { auditOf, type Colleague, colleague, DAY, opened, type TestClock } from '../cases/support.ts'
import { bodyOf, type Rig, startRig } from '../harness.ts'
import { memoryRecords } from './memory-records.ts'

const log = createLog('test', 'silent')
const clock: TestClock = { now: Date.UTC(2026, 10, 24, 9) }

describe('sweeps', () => {
  let broker: TestBroker
  let link: Link
  beforeAll(async () => {
    broker = await testBroker()
    link = await openLink(await broker.as('api'))
  })
  afterAll(() => broker.remove())

  /** A process of its own, so far as turns are concerned. */
  const start = async (ms: number, ...sweeps: (() => Promise<void>)[]) =>
    startSweeps(sweeps, { lease: await openSweepLease(link, ms), log })

  it('run in one process at a time', async () => {
    let running = 0
    let most = 0
    let runs = 0
    const work = async () => {
      runs++
      most = Math.max(most, ++running)
      await new Promise((resolve) => setTimeout(resolve, 20))
      running--
    }
    const processes = await Promise.all([1, 2, 3].map(() => start(LEASE_MS, work)))
    await Promise.all(processes.map((one) => one.run()))
    for (const one of processes) await one.close()
    expect([most, runs > 0]).toEqual([1, true])
    const later = runs
    const next = await start(LEASE_MS, work)
    await next.run()
    await next.close()
    // What is given back is free at once.
    expect(runs).toBe(later + 2)
  })

  it('run in another process when one was interrupted, which releases nobody else’s lease', async () => {
    const SHORT_MS = 2000
    let runs = 0
    const interrupted = await (await openSweepLease(link, SHORT_MS)).take()
    const later = await start(SHORT_MS, async () => void runs++)
    await later.run()
    expect(runs).toBe(0)
    // By the broker's clock: nobody has asked anything of it meanwhile.
    await new Promise((resolve) => setTimeout(resolve, SHORT_MS + 1500))
    await later.run()
    expect(runs).toBe(1)
    const others = await openSweepLease(link)
    const giveBack = await others.take()
    await interrupted!()
    expect(await (await openSweepLease(link)).take()).toBeNull()
    await giveBack!()
    await later.close()
  })

  it.each(['{"v":1,"x', '', '{"digest":"sweep","startedAt":9e15,"done":null}'])(
    'are not held up by an invalid lease: %j',
    async (text) => {
      await (await new Kvm(jetstream(await broker.as('admin'))).open(WRITES_DONE)).put('sweep', text)
      const giveBack = await (await openSweepLease(link)).take()
      expect(giveBack).not.toBeNull()
      await giveBack!()
    },
  )

  it('continue after one that fails', async () => {
    let runs = 0
    const fail = async () => {
      throw new Error('the broker is away')
    }
    const sweeps = await start(LEASE_MS, fail, async () => void runs++)
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
      ...{ v: 1, id: 'one', to: 'anna@agency.example', subject: 'Your access', text: 'You are authorized.' },
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
    // Each sweeps once when it starts; that one would find cases that are opened meanwhile, and announce them twice.
    await sweepBoth()
  })
  afterAll(() => rig.close())

  const sweepBoth = () => Promise.all([rig.api.sweep(), other.sweep(), rig.api.sweep(), other.sweep()])
  const mails = async () => (await bodyOf<{ mails: Mail[] }>(rig.call('/v1/mailbox'))).mails

  it('record a deletion once, and write each reminder once (AUD-2, AUD-6)', async () => {
    const kept = await opened(anna, { caseRef: 'KEPT-1' })
    const cases: Awaited<ReturnType<typeof opened>>[] = []
    for (let n = 0; n < 5; n++) {
      cases.push(await opened(anna, { caseRef: `SHORT-${n}`, retainUntil: instant(clock.now + 10 * DAY) }))
    }
    const told = async () =>
      (await mails()).filter(({ id }) => id.startsWith('retention-')).map(({ subject }) => subject)
    // A sweep to which a busy broker gave no answer is caught up with by the next. However many there are, each thing happens once.
    const sweepUntil = (check: () => Promise<void>) =>
      vi.waitFor(async () => {
        await sweepBoth()
        await check()
      }, 60_000)
    clock.now += 3 * DAY
    await sweepUntil(async () => expect(await told()).toHaveLength(cases.length))
    clock.now += 7 * DAY
    const deleted = async () =>
      (await auditOf(rig)).filter(({ action }) => action === 'case.delete').map(({ subject }) => subject)
    await sweepUntil(async () => {
      expect((await deleted()).sort()).toEqual(cases.map(({ id }) => id).sort())
      expect(await told()).toHaveLength(2 * cases.length)
    })
    await sweepBoth()
    expect((await deleted()).sort()).toEqual(cases.map(({ id }) => id).sort())
    expect((await auditOf(rig)).filter(({ action }) => action === 'request.refuse')).toEqual([])
    const expected = cases.flatMap(({ caseRef }) =>
      ['deleted on', 'kept until'].map((how) => `The case ${caseRef}: ${how} 2026-12-04`),
    )
    expect((await told()).sort()).toEqual(expected.sort())
    expect((await anna.call(`/v1/cases/${kept.id}`)).status).toBe(200)
  })
})
