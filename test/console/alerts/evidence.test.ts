import { expect, it } from 'vitest'
import { evidenceInWords } from '../../../console/views/alerts/detail/evidence.ts'

const match = { kind: 'exact', probability: 0.91, ofText: 0.97 } as const

it('says in words what agrees, what differs and what was not seen, and what that does', () => {
  const words = evidenceInWords({
    ...match,
    evidence: [
      { fact: 'region', result: 'differs', read: 'us-ga', certainty: 0.35, factor: 0.59 },
      { fact: 'color', result: 'agrees', read: 'gray', certainty: null, factor: 1 },
      { fact: 'make', result: 'unseen', read: null, certainty: null, factor: 1 },
    ],
  })
  expect(words).toEqual([
    'State read as Georgia, 35%: differs.',
    'Color read as gray: agrees.',
    'Make: not seen. This says nothing.',
    'The characters alone make it 97% likely, with this 91%.',
  ])
})

it('says nothing of an alert whose display names no fact, or of an older version', () => {
  expect(evidenceInWords({ kind: 'exact', probability: 0.97 })).toEqual([])
})
