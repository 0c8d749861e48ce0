import { factsJudge } from '@sightline/matching/facts'
import type { Read } from '@sightline/schemas/read'
import type { Restrictions } from '@sightline/schemas/restrictions'
import { expect, test } from 'vitest'
import { aRead } from '../support/reads.ts'

const vehicle = { make: 'Toyota', model: 'RAV4', color: 'silver' }
const guess = { ...vehicle, make: null, model: null, certainty: { color: 0.7, kind: 0.6, view: null } }

/** By fact: what the read says of it. */
function judged(only: Restrictions, seen: Read['vehicle']): Record<string, string> {
  const { evidence } = factsJudge({ region: null, only }, {})!(aRead({ vehicle: seen }))
  return Object.fromEntries(evidence.map(({ fact, result }) => [fact, result]))
}

const cases: [string, Restrictions, Read['vehicle'], Record<string, string>][] = [
  ['its make, in any capitals', { makes: ['toyota', 'Honda'] }, vehicle, { make: 'agrees' }],
  ['another make', { makes: ['Honda'] }, vehicle, { make: 'differs' }],
  ['an unknown make', { makes: ['Toyota'] }, null, { make: 'unseen' }],
  ['a make that is empty', { makes: ['Toyota'] }, { ...vehicle, make: '' }, { make: 'unseen' }],
  [
    'its model and color',
    { models: ['rav4'], colors: ['Silver'] },
    vehicle,
    { model: 'agrees', color: 'agrees' },
  ],
  [
    'its model, another color',
    { models: ['RAV4'], colors: ['red'] },
    vehicle,
    { model: 'agrees', color: 'differs' },
  ],
  ['its color by its basic name', { colors: ['GREY'] }, vehicle, { color: 'agrees' }],
  ['a paint whose basic name it has', { colors: ['Charcoal', 'teal'] }, vehicle, { color: 'agrees' }],
  ['another color, told from a picture', { colors: ['red'] }, guess, { color: 'differs' }],
  ['a make of the name of a color', { makes: ['Gold'] }, { ...vehicle, make: 'tan' }, { make: 'differs' }],
  [
    'a color of the name of a property',
    { colors: ['constructor'] },
    { ...vehicle, color: 'toString' },
    { color: 'differs' },
  ],
  ['its kind', { kinds: ['van', 'pickup'] }, { ...vehicle, kind: 'pickup' }, { kind: 'agrees' }],
  ['another kind', { kinds: ['van'] }, { ...vehicle, kind: 'pickup' }, { kind: 'differs' }],
  ['a kind that nobody told', { kinds: ['van'] }, { ...vehicle, kind: null }, { kind: 'unseen' }],
  ['a pickup, for a truck', { kinds: ['truck'] }, { ...vehicle, kind: 'pickup' }, { kind: 'agrees' }],
  ['a truck, for a pickup', { kinds: ['pickup'] }, { ...vehicle, kind: 'truck' }, { kind: 'differs' }],
]
test.each(cases)('%s', (_what, only, seen, results) => {
  expect(judged(only, seen)).toEqual(results)
})

test('a display of a plate alone judges no facts', () => {
  expect(factsJudge({ region: null }, {})).toBeNull()
  expect(factsJudge({ region: null, only: { minConfidence: 0.5 } }, {})).toBeNull()
})

test('what another maker told counts 0.9 at most, what a network told as much as it says', () => {
  const factor = (seen: Read['vehicle']) =>
    factsJudge({ region: null, only: { colors: ['red'] } }, {})!(aRead({ vehicle: seen })).factor
  expect(factor(vehicle)).toBeCloseTo(0.1, 9)
  expect(factor(guess)).toBeCloseTo(0.3, 9)
})
