import type { Display } from '@sightline/schemas/display'
import { describe, expect, it } from 'vitest'
import {
  bodyOf,
  changeOf,
  type Draft,
  draftOf,
  emptyDraft,
} from '../../../console/views/displays/editor/draft.ts'
import { chooseDraft, merge } from '../../../console/views/displays/editor/merge.ts'
import { aDisplay } from '../../support/displays.ts'

const display: Display = aDisplay({
  ...{ region: 'us-ca', minProbability: 0.6, portsOfEntry: ['2504'] },
  only: {
    ...{ makes: ['Ford', 'Land Rover'], colors: ['white'], kinds: ['truck'], minConfidence: 0.855 },
    area: { lat: 32.5, lon: -117, radiusM: 5000 },
    times: { timeZone: 'America/Denver', days: ['fri'], from: '22:00' },
  },
})

describe('a display as a form', () => {
  it('is sent as it was stored, until the end of the last day', () => {
    const { only, minProbability, portsOfEntry, region, reason, priority, caseRef, plate } = display
    const { expiresAt, ...sent } = bodyOf(draftOf(display, 'UTC'))
    expect(sent).toEqual({ only, minProbability, portsOfEntry, region, reason, priority, caseRef, plate })
    expect(new Date(expiresAt!).getHours()).toBe(23)
  })

  it('leaves out what is empty', () => {
    const draft: Draft = { ...emptyDraft('UTC'), plate: '7ABC123', caseRef: 'CASE-1', reason: ' why it is ' }
    expect(bodyOf(draft)).toEqual({
      ...{ plate: '7ABC123', region: null, priority: 'normal', reason: 'why it is', caseRef: 'CASE-1' },
    })
  })

  it('sends only what was changed; null removes a limit', () => {
    const before = draftOf(display, 'UTC')
    expect(changeOf(before, before)).toBeUndefined()
    const after = { ...before, minProbability: '', ports: [], priority: 'high' as const }
    expect(changeOf(before, after)).toEqual({ minProbability: null, portsOfEntry: null, priority: 'high' })
    const bare = { ...before, makes: '', colors: '', kinds: [], area: null, days: [], from: '' }
    Object.assign(bare, { minConfidence: '' })
    expect(changeOf(before, bare)).toEqual({ only: null })
  })
})

describe('a change that somebody else overtook', () => {
  const base = draftOf(display, 'UTC')
  const stored: Draft = { ...base, priority: 'high', reason: 'theirs, stored first' }

  it('keeps what only one of them changed, and asks about what both changed', () => {
    const mine: Draft = { ...base, reason: 'mine, still in the form', colors: 'black' }
    const merged = merge(base, stored, mine)
    expect([merged.theirs, merged.both]).toEqual([['priority'], ['reason']])
    expect(merged.draft).toEqual({ ...stored, colors: 'black' })
    expect(chooseDraft(merged, mine, ['reason']).reason).toBe('mine, still in the form')
    expect(chooseDraft(merged, mine, []).reason).toBe('theirs, stored first')
  })

  it('asks nothing when both made the same change', () => {
    expect(merge(base, stored, { ...base, priority: 'high' })).toMatchObject({
      ...{ both: [], theirs: ['priority', 'reason'], draft: stored },
    })
  })
})
