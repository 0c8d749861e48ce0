import { CLAIM_MS } from '@sightline/api/alerts/work'
import { pictureSha256 } from '@sightline/api/pictures/views'
import { instant } from '@sightline/runtime/clock'
import type { Case } from '@sightline/schemas/case'
import type { Lookout } from '@sightline/schemas/lookout'
import { beforeEach, describe, expect, it } from 'vitest'
import { drawn, JPEG, PLATE } from '../federation/fake-vendor.ts'
import { bodyOf, refusal } from '../harness.ts'
import {
  anna,
  bert,
  carl,
  clock,
  found,
  HOUR,
  marked,
  named,
  newRef,
  one,
  plain,
  rig,
  start,
  useQueryRig,
} from './query-rig.ts'
import { type Colleague, colleague, DAY, opened, reason } from './support.ts'

/** Who would look out for a vehicle without having looked, or look into others' lookouts. */
useQueryRig()

let project: Case
let query: string

beforeEach(async () => {
  clock.now += 5 * HOUR
  const caseRef = newRef()
  const members = ['bert', 'carl']
  project = await opened(anna, { kind: 'project', members, caseRef, ...named({ plate: PLATE }) })
  ;({ query } = await found(anna, { plate: PLATE, caseRef, from: instant(start - DAY) }))
  one.show(drawn)
  for (const { id } of [marked, plain]) {
    const saved = await anna.send(`/v1/cases/${project.id}/saved`, { query, read: id, reason })
    expect(saved.status).toBe(201)
  }
})

const pictureOf = (read: string) => `/v1/cases/${project.id}/saved/${read}/picture`
const make = (by: Colleague, more: object = {}) =>
  by.send('/v1/lookouts', { case: project.id, read: marked.id, plateSeen: PLATE, reason, ...more })

describe('a lookout of a saved read needs a look at its picture (AUD-9, DSP-7)', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['nothing at all', async () => {}],
    ['its head alone', () => anna.call(pictureOf(marked.id), { method: 'HEAD' })],
    ['a range of it', () => anna.call(pictureOf(marked.id), { headers: { range: 'bytes=0-0' } })],
    ['the picture of another read', () => anna.call(pictureOf(plain.id))],
    ["another person's look", () => bert.call(pictureOf(marked.id))],
    [
      'a picture that the vendor does not have',
      () => {
        one.show((response) => response.writeHead(404).end())
        return anna.call(pictureOf(marked.id))
      },
    ],
    [
      'a look of long ago',
      async () => {
        await anna.call(pictureOf(marked.id))
        clock.now += CLAIM_MS + 1
      },
    ],
  ])('which does not include %s', async (_, before) => {
    await before()
    expect(await refusal(make(anna))).toEqual([422, 'PICTURE_NOT_SEEN'])
    const { lookouts } = await bodyOf<{ lookouts: Lookout[] }>(anna.call('/v1/lookouts'))
    expect(lookouts.filter((lookout) => lookout.case === project.id)).toEqual([])
  })

  it.each<[string, () => string]>([
    ['in the case', () => pictureOf(marked.id)],
    ['in the answer that brought it', () => `/v1/queries/${query}/reads/${marked.id}/picture`],
  ])('which includes %s; the record says which image', async (_, address) => {
    expect((await anna.call(address())).status).toBe(200)
    const { verified } = await bodyOf<Lookout>(make(anna))
    expect(verified).toEqual({ by: 'anna', at: instant(clock.now), pictureSha256: pictureSha256(JPEG) })
  })
})

describe('a lookout is visible to those with its case and its sources (ACC-6, ACC-8)', () => {
  let id: string
  beforeEach(async () => {
    await anna.call(pictureOf(marked.id))
    ;({ id } = await bodyOf<Lookout>(make(anna)))
  })
  const sees = async (by: Colleague) => {
    const { lookouts } = await bodyOf<{ lookouts: Lookout[] }>(by.call('/v1/lookouts'))
    const listed = lookouts.some((lookout) => lookout.id === id)
    const ofCase = async (of: string) =>
      (await bodyOf<{ lookouts: Lookout[] }>(by.call(`/v1/lookouts?case=${of}`))).lookouts
    expect(await ofCase(project.id)).toEqual(lookouts.filter((lookout) => lookout.case === project.id))
    expect(await ofCase('no-case')).toEqual([])
    expect((await by.call(`/v1/lookouts/${id}`)).status).toBe(listed ? 200 : 404)
    return listed
  }
  const here = (name: string, more: object = {}) => colleague(rig, clock, name, more)

  it.each<[string, boolean, () => Promise<Colleague> | Colleague]>([
    ['its author', true, () => anna],
    ['a member of its case', true, () => bert],
    ['a member who was not granted its source', false, () => carl],
    ['an analyst of no case, with its source', false, () => here('dan')],
    ['the supervisor of its author, with its source', true, () => here('sue', { offices: ['supervisor'] })],
    [
      'the supervisor of its author, without',
      false,
      () => here('sue', { analyst: false, offices: ['supervisor'] }),
    ],
    ['a supervisor of others', false, () => here('sid', { offices: ['supervisor'] })],
    ['oversight with its source', true, () => here('otto', { analyst: false, offices: ['oversight'] })],
    [
      'oversight without',
      false,
      () => here('olga', { analyst: false, offices: ['oversight'], sources: ['two'] }),
    ],
  ])('%s: %s', async (_, expected, who) => {
    const by = await who()
    expect(await sees(by)).toBe(expected)
    if (expected || by.id === 'olga') return
    for (const step of ['close', 'renewal']) {
      const body = step === 'close' ? { reason } : { reason, until: instant(clock.now + 400 * DAY) }
      const [status, code] = await refusal(by.send(`/v1/lookouts/${id}/${step}`, body))
      expect([step, status, code]).toEqual([step, 404, 'NOT_FOUND'])
    }
  })

  it('but not to anyone who was removed from the case since', async () => {
    expect(await sees(bert)).toBe(true)
    const left = await anna.send(`/v1/cases/${project.id}/members/bert/removal`, { reason })
    expect(left.status).toBe(200)
    expect(await sees(bert)).toBe(false)
  })
})
