import { directionOf } from '@sightline/edge-agent/tracking/direction'
import { expect, it } from 'vitest'
import { boxAt } from './traffic.ts'

const direction = (from: [number, number, number], to: [number, number, number]) =>
  directionOf([boxAt(from)], [boxAt(to)], 1280)

it('tells nearer from farther by size, left from right by position', () => {
  expect(direction([0, 1.5, 14], [0, 1.5, 6])).toBe('approaching')
  expect(direction([-1, 1.5, 6], [-1, 1.5, 14])).toBe('receding')
  expect(direction([-3, 0, 8], [3, 0, 8])).toBe('right')
  expect(direction([3, 0, 8], [-3, 0, 8])).toBe('left')
})

it('takes the longer way of a vehicle that comes at an angle', () => {
  expect(direction([3, 1.5, 15], [1.5, 1.5, 6])).toBe('approaching')
  expect(direction([3, 0, 9], [-3, 0, 8])).toBe('left')
})

it('is unknown for a stationary vehicle whose box jitters', () => {
  expect(direction([0, 1.5, 8], [0.05, 1.5, 8.3])).toBeNull()
})

it('is not reversed by one bad box', () => {
  const early = [boxAt([0, 1.5, 14]), boxAt([0, 1.5, 13]), boxAt([0, 1.5, 12])]
  const late = [boxAt([0, 1.5, 7]), boxAt([0, 1.5, 30]), boxAt([0, 1.5, 6])]
  expect(directionOf(early, late, 1280)).toBe('approaching')
})
