import { describe, expect, it } from 'vitest'
import { personIn, sortByName } from '../../../console/ui/people.ts'

const known = [
  { id: 'sam-okafor', name: 'Sam Okafor' },
  { id: 'dana-reyes', name: 'Dana Reyes' },
  { id: 'dana-reyes-2', name: 'Dana Reyes' },
]

describe('the person whom a text means', () => {
  it.each([
    ['sam-okafor', 'sam-okafor'],
    [' Sam-Okafor ', 'sam-okafor'],
    ['sam okafor', 'sam-okafor'],
    ['Dana Reyes', undefined],
    ['Dana Reyes (dana-reyes-2)', 'dana-reyes-2'],
    ['dana-reyes', 'dana-reyes'],
    ['Sam', undefined],
    ['', undefined],
  ])('%j: %s', (text, id) => {
    expect(personIn(text, known)).toBe(id)
  })

  it('is an id when nobody is known', () => {
    expect(personIn(' Kim-Lowe ', [])).toBe('Kim-Lowe')
  })

  it('is proposed by name, and by id when names are the same', () => {
    expect(sortByName(known).map(({ id }) => id)).toEqual(['dana-reyes', 'dana-reyes-2', 'sam-okafor'])
  })
})
