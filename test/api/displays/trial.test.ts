import { tryDisplay } from '@sightline/api/displays/trial'
import { createDisplayIndex } from '@sightline/matching'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { json, publishAlerts, type Rig, refusal, sampleAlert, startRig } from '../harness.ts'

const now = Date.UTC(2026, 10, 25)
const wanted = (plate: string) => ({ plate, region: null })
const alerts = [1, 2, 3].map((sequence) => ({ sequence, alert: sampleAlert(sequence) }))

describe('a trial of a display', () => {
  const index = createDisplayIndex()

  it('matches as the matcher does: the plate, look-alikes, patterns', () => {
    const kinds = (plate: string) => tryDisplay(index, wanted(plate), alerts, now).map(({ kind }) => kind)
    expect(kinds('7ABC123')).toEqual(['exact', 'exact', 'exact'])
    expect(kinds('7AB?1*')).toEqual(['pattern', 'pattern', 'pattern'])
    expect(kinds('7XYZ123')).toEqual([])
    expect(index.size).toBe(0)
  })

  it('shows what its restrictions leave out', () => {
    const only = { cameras: ['cam-2'] }
    const found = tryDisplay(index, { ...wanted('7ABC123'), only }, alerts, now)
    expect(found.map(({ isWithin }) => isWithin)).toEqual([false, false, false])
    const both = tryDisplay(index, { ...wanted('7ABC123'), only: { cameras: ['cam-1'] } }, alerts, now)
    expect(both.every(({ isWithin }) => isWithin)).toBe(true)
  })

  it('counts a read once that several displays matched', () => {
    const again = { sequence: 9, alert: alerts[2]!.alert }
    expect(tryDisplay(index, wanted('7ABC123'), [...alerts, again], now)).toHaveLength(3)
  })
})

describe('POST /v1/displays/test', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await startRig()
    await publishAlerts(rig, 1, 4)
  })
  afterAll(() => rig.close())

  it('answers what a display would have matched, newest first, and stores nothing', async () => {
    const asked = { plate: '7ab-?1*', only: { cameras: ['cam-1'] } }
    const answer = await rig.call('/v1/displays/test', json(asked))
    const body = (await answer.json()) as { matches: { sequence: number }[] }
    expect(body).toMatchObject({
      ...{ plate: '7AB?1*', isPattern: true, minProbability: 0.45, lookedAt: 3, matched: 3, within: 3 },
      since: sampleAlert(1).raisedAt,
    })
    expect(body.matches.map(({ sequence }) => sequence)).toEqual([3, 2, 1])
    const { displays } = (await (await rig.call('/v1/displays')).json()) as { displays: unknown[] }
    expect(displays).toEqual([])
  })

  it('says what an entry misses that insists: measured, and by the reads looked at', async () => {
    const asked = { plate: '7ABC123', region: 'us-vt', only: { makes: ['Honda'] }, strict: true }
    const answer = await rig.call('/v1/displays/test', json(asked))
    const body = (await answer.json()) as {
      strictMisses: { fact: string; measured: number }[]
      within: number
    }
    expect(body).toMatchObject({
      ...{ matched: 3, within: 0 },
      strictMisses: [
        { fact: 'region', untold: 0 },
        { fact: 'make', measured: null, untold: 3 },
      ],
    })
    expect(body.strictMisses[0]!.measured).toBeGreaterThan(0.05)
    expect(body.strictMisses[0]!.measured).toBeLessThan(0.9)
  })

  it('lists the evidence of each match', async () => {
    const answer = await rig.call('/v1/displays/test', json({ plate: '7ABC123', region: 'us-vt' }))
    const { matches } = (await answer.json()) as { matches: object[] }
    expect(matches[0]).toMatchObject({ evidence: [{ fact: 'region', result: 'differs', read: 'us-ca' }] })
  })

  it.each([
    ['names too little', { plate: '?*' }, 'RULE_BROKEN'],
    ['is no pattern', { plate: '7AB[' }, 'PLATE_IMPOSSIBLE'],
    ['is in no time zone', { plate: '7ABC123', only: { times: { timeZone: 'Mars' } } }, 'RULE_BROKEN'],
  ])('refuses what could not be stored: it %s', async (_what, asked, code) => {
    expect(await refusal(rig.call('/v1/displays/test', json(asked)))).toEqual([422, code])
  })
})
