import { describe, expect, it } from 'vitest'
import { casesOf, narrowDisplays } from '../../../console/views/displays/list/narrow.ts'
import { aDisplay } from '../../support/displays.ts'

const now = Date.UTC(2026, 5, 1)
const displays = [
  aDisplay({ id: 'a', plate: '7ABC123', owner: 'dana-reyes', caseRef: 'CASE-2', reason: 'Stolen trailer' }),
  aDisplay({ id: 'b', plate: '9DE?1*', owner: 'sam-okafor', priority: 'high' }),
  aDisplay({ id: 'c', plate: 'HTR4471', owner: 'sam-okafor', state: 'closed' }),
]
const everything = { status: 'all', mine: false, priority: 'all', text: '' } as const
const found = (by: object) =>
  narrowDisplays(
    displays,
    { ...everything, ...by },
    'sam-okafor',
    (id) => (id === 'dana-reyes' ? 'Dana Reyes' : id),
    now,
  ).map(({ id }) => id)

describe('the list of displays', () => {
  it.each([
    [{}, ['a', 'b', 'c']],
    [{ status: 'active' }, ['a', 'b']],
    [{ mine: true }, ['b', 'c']],
    [{ priority: 'high' }, ['b']],
    [{ text: 'stolen' }, ['a']],
    [{ text: 'case-2' }, ['a']],
    [{ text: 'dana rey' }, ['a']],
    [{ text: ' 7abc-1 23 ' }, ['a']],
    [{ text: '9de?' }, ['b']],
    [{ text: '-' }, ['a', 'b', 'c']],
    [{ text: 'nothing of it' }, []],
    [{ text: 'okafor', status: 'closed' }, ['c']],
  ])('filtered by %j', (by, ids) => {
    expect(found(by)).toEqual(ids)
  })

  it('names each case once', () => {
    expect(casesOf(displays)).toEqual(['CASE-1', 'CASE-2'])
  })
})
