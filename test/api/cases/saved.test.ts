import { jetstream } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { createAuditLog } from '@sightline/api/audit/log'
import { sweepRetention } from '@sightline/api/cases/deletion'
import { openCaseStores } from '@sightline/api/cases/stores'
import { openLink } from '@sightline/broker/link'
import { instant } from '@sightline/runtime/clock'
import type { Case } from '@sightline/schemas/case'
import type { Dissemination } from '@sightline/schemas/dissemination'
import type { Lookout } from '@sightline/schemas/lookout'
import type { SavedRead } from '@sightline/schemas/saved-read'
import { SAVED } from '@sightline/schemas/streams'
import { beforeEach, describe, expect, it } from 'vitest'
import { quiet } from '../../support/broker.ts'
import { drawn, honest, PLATE, readAt } from '../federation/fake-vendor.ts'
import { bodyOf, refusal } from '../harness.ts'
import {
  anna,
  bert,
  carl,
  clock,
  found,
  HOUR,
  MARK,
  marked,
  named,
  newRef,
  olaf,
  onDisk,
  one,
  plain,
  rig,
  start,
  useQueryRig,
} from './query-rig.ts'
import { auditOf, type Colleague, colleague, DAY, matter, opened, reason } from './support.ts'

useQueryRig()

describe('a saved read', () => {
  let caseRef: string
  let project: Case
  let query: string
  beforeEach(async () => {
    clock.now += 5 * HOUR
    caseRef = newRef()
    project = await opened(anna, {
      kind: 'project',
      members: ['bert', 'carl'],
      caseRef,
      ...named({ plate: PLATE }),
    })
    query = (await found(anna, asked())).query
  })
  /** From a day on that stays the same, however far the test's time has gone on. */
  const asked = () => ({ plate: PLATE, caseRef, from: instant(start - DAY) })
  const save = (by: Colleague, more = {}) =>
    by.send(`/v1/cases/${project.id}/saved`, { query, read: marked.id, reason, ...more })
  const savedBy = async (by: Colleague) =>
    bodyOf<{ saved: { saved: SavedRead; etag: string }[]; withheld: number }>(
      by.call(`/v1/cases/${project.id}/saved`),
    )

  it('is a single result, with reason, provenance and retention (QRY-8, AUD-6)', async () => {
    expect((await savedBy(anna)).saved).toEqual([])
    const answer = await save(anna)
    expect(answer.status).toBe(201)
    expect(await bodyOf(answer)).toMatchObject({
      ...{ read: marked, reason, savedBy: 'anna', retention: { renewals: [] } },
      provenance: { query, vendors: ['one'], askedAt: instant(clock.now), caseRef, purpose: matter.purpose },
    })
    expect(await refusal(save(anna))).toEqual([409, 'CONFLICT'])
    expect((await savedBy(bert)).saved.map(({ saved }) => saved.read.id)).toEqual([marked.id])
    // carl was granted another vendor (ACC-6).
    expect(await savedBy(carl)).toEqual({ saved: [], next: null, withheld: 1 })
    const record = (await auditOf(rig)).find(
      ({ action, subject }) => action === 'saved.create' && subject?.startsWith(project.id),
    )
    expect(record).toMatchObject({ actor: 'anna', parameters: { query, read: marked.id, reason } })
    expect(JSON.stringify(record)).not.toContain(MARK)
  })

  it.each<[string, object, string]>([
    ['a reason without words', { reason: 'because because because' }, 'RULE_BROKEN'],
    ['a read that was not found', { read: readAt(1).id }, 'NOT_FOUND'],
    ['a query that there was not', { query: '00000000-0000-4000-8000-000000000000' }, 'NOT_FOUND'],
    ['a retention of ten years', { retainUntil: instant(start + 3650 * DAY) }, 'RULE_BROKEN'],
  ])('is refused with %s (QRY-8)', async (_, more, code) => {
    expect((await refusal(save(anna, more)))[1]).toBe(code)
    expect((await savedBy(anna)).saved).toEqual([])
  })

  it('cannot come from another person’s answer, nor go into another person’s case (QRY-8, ACC-8)', async () => {
    expect((await refusal(save(bert)))[1]).toBe('NOT_FOUND')
    const { id } = await opened(bert)
    expect((await refusal(anna.send(`/v1/cases/${id}/saved`, { query, read: marked.id, reason })))[1]).toBe(
      'NOT_FOUND',
    )
  })

  it('can be saved from a repeat that the cache answered', async () => {
    const again = await found(anna, asked())
    expect(again.cached).not.toBeNull()
    expect((await save(anna, { query: again.query })).status).toBe(201)
  })

  it('is renewed with a reason, no longer than its case (AUD-6)', async () => {
    await save(anna, { retainUntil: instant(clock.now + 10 * DAY) })
    const { etag } = (await savedBy(anna)).saved[0]!
    const renew = (until: string, more: object = {}, ifMatch = etag) =>
      bert.send(
        `/v1/cases/${project.id}/saved/${marked.id}/renewal`,
        { until, reason, ...more },
        { headers: { 'if-match': ifMatch } },
      )
    const later = instant(clock.now + 100 * DAY)
    expect((await refusal(renew(instant(clock.now + 500 * DAY))))[1]).toBe('RULE_BROKEN')
    expect((await refusal(renew(later, { reason: 'and and and and and and' })))[1]).toBe('RULE_BROKEN')
    expect(await bodyOf(renew(later))).toMatchObject({
      retention: { until: later, renewals: [{ by: 'bert' }] },
    })
    expect((await refusal(renew(later)))[1]).toBe('CONFLICT')
  })

  it('is deleted on the disk too, and the record has none of its content (AUD-6)', async () => {
    const mark = 'cam-to-be-erased'
    const read = readAt(start - 3 * HOUR, { cameraId: mark })
    one.behave(honest([read]))
    clock.now += 5 * HOUR
    const { query } = await found(anna, asked())
    expect((await save(anna, { query, read: read.id })).status).toBe(201)
    expect(await onDisk(mark)).toBe(true)
    const gone = await anna.send(`/v1/cases/${project.id}/saved/${read.id}/deletion`, { reason })
    expect(gone.status).toBe(204)
    expect((await savedBy(anna)).saved).toEqual([])
    expect(await onDisk(mark)).toBe(false)
    expect((await auditOf(rig)).at(-2)).toMatchObject({
      ...{ action: 'saved.delete', actor: 'anna', subject: `${project.id}.${read.id}` },
      parameters: { reason },
    })
  })

  it('ends on its day without any process, and is then deleted once, also after a pause (AUD-6)', async () => {
    await save(anna, { retainUntil: instant(clock.now + 10 * DAY) })
    await anna.send(`/v1/cases/${project.id}/saved`, { query, read: plain.id, reason })
    clock.now += 10 * DAY - 1
    expect((await savedBy(anna)).saved).toHaveLength(2)
    const page = (query: string) =>
      bodyOf<{ saved: { saved: SavedRead }[]; next: string | null }>(
        anna.call(`/v1/cases/${project.id}/saved?limit=1${query}`),
      )
    const first = await page('')
    const rest = await page(`&cursor=${first.next}`)
    expect([...first.saved, ...rest.saved]).toMatchObject((await savedBy(anna)).saved)
    expect([first.saved.length, rest.next]).toEqual([1, null])
    clock.now += 1
    expect((await savedBy(anna)).saved.map(({ saved }) => saved.read.id)).toEqual([plain.id])
    const until = instant(clock.now + DAY)
    expect(
      (await refusal(anna.send(`/v1/cases/${project.id}/saved/${marked.id}/renewal`, { until, reason })))[1],
    ).toBe('NOT_FOUND')
    // A year later, nothing having run.
    clock.now += 400 * DAY
    expect((await anna.call(`/v1/cases/${project.id}`)).status).toBe(404)
    const link = await openLink(rig.admin)
    const stop = new AbortController()
    const stores = await openCaseStores(link, quiet, stop.signal)
    const audit = createAuditLog(link, () => clock.now)
    await sweepRetention(stores, audit, () => clock.now)
    const bucket = await new Kvm(jetstream(rig.admin)).open(SAVED)
    const keys: string[] = []
    for await (const key of await bucket.keys()) keys.push(key)
    expect(keys).toEqual([])
    const deletions = async () =>
      (await auditOf(rig)).filter(
        ({ actor, subject }) => actor === 'retention' && subject?.startsWith(project.id),
      )
    expect(
      (await deletions())
        .map(({ action, subject, parameters }) => [action, subject, parameters.cause])
        .sort(),
    ).toEqual(
      [
        ['case.delete', project.id, 'retention ended'],
        ['saved.delete', `${project.id}.${marked.id}`, 'retention ended'],
        ['saved.delete', `${project.id}.${plain.id}`, 'retention ended'],
      ].sort(),
    )
    await sweepRetention(stores, audit, () => clock.now)
    expect(await deletions()).toHaveLength(3)
    stop.abort()
  })

  it('is kept when it is renewed at the moment of its deletion', async () => {
    await save(anna, { retainUntil: instant(clock.now + DAY) })
    clock.now += DAY - 1
    const link = await openLink(rig.admin)
    const stop = new AbortController()
    const stores = await openCaseStores(link, quiet, stop.signal)
    const audit = createAuditLog(link, () => clock.now)
    const key = `${project.id}.${marked.id}`
    const renewing: typeof stores = {
      ...stores,
      saved: {
        ...stores.saved,
        // The sweep has seen it as over; the renewal came in between.
        erase: async (at, revision) => {
          const until = instant(clock.now + 2 * DAY)
          clock.now -= 2
          expect(
            (await anna.send(`/v1/cases/${project.id}/saved/${marked.id}/renewal`, { until, reason })).status,
          ).toBe(200)
          clock.now += 2
          return stores.saved.erase(at, revision)
        },
      },
    }
    clock.now += 1
    await sweepRetention(renewing, audit, () => clock.now)
    expect((await savedBy(anna)).saved).toHaveLength(1)
    expect((await auditOf(rig)).filter(({ subject }) => subject === key).slice(-3)).toMatchObject([
      { action: 'saved.delete' },
      { action: 'saved.renew' },
      { action: 'request.refuse', parameters: { refused: 'saved.delete', code: 'CONFLICT' } },
    ])
    stop.abort()
  })

  describe('and what it leads to', () => {
    beforeEach(async () => {
      one.show(drawn)
      await save(anna)
    })
    const look = () => anna.call(`/v1/cases/${project.id}/saved/${marked.id}/picture`)
    const lookout = async (more: object = {}) => {
      await look()
      return anna.send('/v1/lookouts', {
        case: project.id,
        read: marked.id,
        plateSeen: '7 ABC-123',
        reason,
        ...more,
      })
    }

    it('is a lookout with its provenance, once somebody compared the image (AUD-9, DSP-7)', async () => {
      expect(await bodyOf(lookout({ plateSeen: '7A8C123' }))).toMatchObject({
        code: 'RULE_BROKEN',
        detail: 'the plate you entered is not the plate that the camera read',
      })
      expect(await bodyOf(lookout({ reason: 'again and again '.repeat(2) }))).toMatchObject({
        code: 'RULE_BROKEN',
        detail: 'the reason for a lookout says too little',
      })
      expect((await refusal(lookout({ read: plain.id })))[1]).toBe('NOT_FOUND')
      const made = await bodyOf<Lookout>(lookout())
      expect(made).toMatchObject({
        ...{ plate: PLATE, region: 'us-ca', case: project.id, caseRef, createdBy: 'anna', state: 'active' },
        provenance: {
          read: marked.id,
          seenAt: marked.seenAt,
          camera: MARK,
          query,
          vendors: ['one'],
          savedBy: 'anna',
        },
        verified: { by: 'anna' },
      })
      const { lookouts } = await bodyOf<{ lookouts: Lookout[] }>(olaf.call('/v1/lookouts'))
      expect(lookouts.map(({ id }) => id)).toContain(made.id)
      const close = (by: Colleague) => by.send(`/v1/lookouts/${made.id}/close`, { reason })
      const dan = await colleague(rig, clock, 'dan')
      expect((await refusal(close(dan)))[1]).toBe('NOT_FOUND')
      expect(await bodyOf(close(bert))).toMatchObject({ state: 'closed' })
      expect((await refusal(close(bert)))[1]).toBe('CONFLICT')
    })

    it('is a share outside: to whom and under which authority (AUD-7)', async () => {
      const pass = (by: Colleague, more: object = {}) =>
        by.send(`/v1/cases/${project.id}/disseminations`, {
          recipient: { name: 'J. Roe', organization: 'Port Police' },
          ...{ authority: 'Routine use G', reason, passed: { reads: [marked.id] }, ...more },
        })
      expect((await refusal(pass(anna, { authority: undefined })))[1]).toBe('MESSAGE_INVALID')
      expect((await refusal(pass(anna, { passed: {} })))[1]).toBe('MESSAGE_INVALID')
      expect((await refusal(pass(anna, { passed: { reads: [plain.id] } })))[1]).toBe('NOT_FOUND')
      // From a source that carl was not granted (ACC-6).
      expect((await refusal(pass(carl)))[1]).toBe('NOT_FOUND')
      const made = await bodyOf<Dissemination>(pass(anna))
      expect(made).toMatchObject({
        case: project.id,
        by: 'anna',
        digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      })
      expect(JSON.stringify(made)).not.toContain(PLATE)
      const record = (await auditOf(rig)).find(({ subject }) => subject === made.id)
      expect(record).toMatchObject({
        action: 'dissemination.create',
        parameters: {
          recipient: { organization: 'Port Police' },
          authority: 'Routine use G',
          passed: { reads: [marked.id] },
        },
      })
      const seenBy = async (by: Colleague) =>
        (await bodyOf<{ disseminations: Dissemination[] }>(by.call('/v1/disseminations'))).disseminations.map(
          ({ id }) => id,
        )
      expect(await seenBy(olaf)).toContain(made.id)
      expect(await seenBy(bert)).toContain(made.id)
      expect(await seenBy(await colleague(rig, clock, 'eve'))).not.toContain(made.id)
    })
  })
})
