import { delaysOf, leakLine, tallyLine } from '@sightline/cli/soak/account'
import { expect, it } from 'vitest'

const found = (...names: string[]) => {
  const times = new Map<string, number>()
  for (const name of names) times.set(name, (times.get(name) ?? 0) + 1)
  return times
}

it('adds up when each expected thing is there once', () => {
  const line = tallyLine('reads', { expected: new Set(['a', 'b']), found: found('b', 'a') })
  expect(line).toMatchObject({ ok: true, wrong: [], figures: { expected: 2, found: 2 } })
})

it.each([
  [['a'], 'missing b'],
  [['a', 'b', 'b'], 'twice b'],
  [['a', 'b', 'c'], 'not expected c'],
] as const)('does not add up with %j: %s', (names, wrong) => {
  const line = tallyLine('reads', { expected: new Set(['a', 'b']), found: found(...names) })
  expect(line).toMatchObject({ ok: false, wrong: [wrong] })
})

it('finds a process that grows, and one that keeps what it opened', () => {
  const before = new Map([['api', { memoryMib: 100, descriptors: 40 }]])
  const after = (memoryMib: number, descriptors: number) =>
    leakLine(before, new Map([['api', { memoryMib, descriptors }]]))
  expect(after(200, 60).ok).toBe(true)
  expect(after(300, 60).wrong).toEqual(['api: memory'])
  expect(after(100, 400).wrong).toEqual(['api: 40 descriptors, then 400'])
})

it('says how late the alerts were', () => {
  expect(delaysOf([5, 1, 3, 2, 4])).toEqual({ p50: 3, p99: 4, slowest: 5 })
  expect(delaysOf([])).toEqual({ p50: 0, p99: 0, slowest: 0 })
})
