import { expect, it } from 'vitest'
import { listSteps } from '../../../console/views/alerts/detail/steps-done.ts'
import { type Entry, statusOf } from '../../../console/views/alerts/feed/entry.ts'
import {
  choicesOf,
  EVERYTHING,
  type Filter,
  filterEntries,
} from '../../../console/views/alerts/feed/filter.ts'
import { percentText } from '../../../console/views/alerts/percent.ts'
import { sampleAlert } from '../../api/harness.ts'

const NOON = Date.UTC(2026, 10, 24, 12)
const at = (minute: number) => new Date(NOON + minute * 60_000).toISOString()
type Work = NonNullable<Entry['work']>

const work = (change: Partial<Work>): Work => ({
  ...{ v: 1, alertId: sampleAlert(1).id, sequence: 1, displayId: 'd', cameraId: 'c', source: 'edge' },
  ...{ state: 'open', claim: null, tries: [], verdict: null, passedOn: [] },
  ...change,
})
const claimed = (by: string, until: string) => work({ state: 'claimed', claim: { by, at: at(-20), until } })

let sequence = 0
function entry(display: Partial<Entry['alert']['display']>, did: Entry['work'] = null): Entry {
  const alert = sampleAlert(++sequence)
  return {
    ...{ sequence, sightings: null, change: 0, work: did },
    alert: { ...alert, display: { ...alert.display, ...display } },
  }
}

it.each([
  ['nobody', null, 'open'],
  ['me', claimed('me', at(1)), 'mine'],
  ['somebody else', claimed('sam', at(1)), 'others'],
  ['somebody whose claim has lapsed', claimed('sam', at(0)), 'open'],
  ['who gave it back', work({}), 'open'],
  ['a verdict', work({ state: 'verified' }), 'verified'],
] as const)('says what to do with an alert of %s', (_, work, status) => {
  expect(statusOf({ work }, 'me', NOON)).toBe(status)
})

it('counts the filtered alerts for each tab, and shows one tab', () => {
  const entries = [
    entry({ id: 'a', priority: 'high', owner: 'me' }),
    entry({ id: 'a', priority: 'high' }, claimed('me', at(5))),
    entry({ id: 'b', priority: 'high' }, work({ state: 'misread' })),
    entry({ id: 'b', priority: 'low' }, claimed('sam', at(5))),
  ]
  const show = (change: Partial<Filter>) => {
    const { shown, counts } = filterEntries(entries, { ...EVERYTHING, ...change }, { me: 'me', now: NOON })
    return [shown.map((one) => entries.indexOf(one)), Object.values(counts)]
  }
  expect(show({})).toEqual([
    [0, 1, 2, 3],
    [4, 3, 1, 0, 1],
  ])
  expect(show({ tab: 'mine', priority: 'high' })).toEqual([[1], [3, 2, 1, 0, 1]])
  expect(show({ display: 'b', tab: 'unjudged' })).toEqual([[3], [2, 1, 0, 0, 1]])
  expect(show({ owned: true })[0]).toEqual([0])
  expect(show({ approaching: true })[0]).toEqual([])
  expect(show({ camera: 'elsewhere' })[0]).toEqual([])
  expect(choicesOf(entries).displays.map(({ id, count }) => [id, count])).toEqual([
    ['a', 2],
    ['b', 2],
  ])
  expect(JSON.stringify(choicesOf(entries))).not.toContain(entries[0]!.alert.read.plate)
})

it.each([
  [0, '0%'],
  [1, '100%'],
  [0.996, '> 99%'],
  [0.004, '< 1%'],
  [0.875, '87%'],
])('says a probability of %f as %s', (share, text) => {
  expect(percentText(share)).toBe(text)
})

it('lists what was done in order', () => {
  const reading = { by: 'sam', plate: 'X', region: null, agreement: 'differs' as const }
  const did = work({
    state: 'misread',
    tries: [{ ...reading, at: at(2) }],
    claim: { by: 'sam', at: at(1), until: at(16) },
    verdict: { ...reading, at: at(3), reason: 'One character was misread', pictureSha256: null },
  })
  const one = entry({}, did)
  const seen = { ...one.alert, raisedAt: at(0), read: { ...one.alert.read, seenAt: at(-1) } }
  expect(listSteps({ ...one, alert: seen }, []).map(({ kind }) => kind)).toEqual([
    'seen',
    'raised',
    'claimed',
    'tried',
    'rejected',
  ])
})
