import { createBacklog, diskBytes } from '@sightline/edge-agent/spool/backlog'
import type { EntryName } from '@sightline/edge-agent/spool/entry-name'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cpuMsOf } from '../../support/cost.ts'

const entry = (sequence: number, camera: string, bytes: number): EntryName => ({
  sequence,
  camera,
  bytes,
  id: `id-${sequence}`,
  checksum: sequence,
})

/** What may happen to a backlog, in any order. */
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('add' as const),
      camera: fc.constantFrom('a', 'b', 'c'),
      bytes: fc.nat(20_000),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('take' as const),
      entries: fc.integer({ min: 1, max: 5 }),
      bytes: fc.nat(60_000),
      ahead: fc.nat(9),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('settle' as const, 'putBack' as const), which: fc.nat(2) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('makeRoom' as const),
      wanted: fc.nat(20_000),
      maxBytes: fc.nat(100_000),
    }),
  },
)

test('behaves like a plain list from which the oldest of an idle camera are taken', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const backlog = createBacklog()
      let waiting: EntryName[] = []
      const out: EntryName[][] = []
      let sequence = 0
      for (const step of steps) {
        if (step.do === 'add') {
          const added = entry(++sequence, step.camera, step.bytes)
          backlog.add(added)
          waiting.push(added)
        } else if (step.do === 'take') {
          const { entries, bytes, ahead } = step
          const first = waiting.find(({ camera }) => !out.flat().some((taken) => taken.camera === camera))
          const expected: EntryName[] = []
          for (const one of waiting.filter(({ camera }) => camera === first?.camera)) {
            const sum = [...expected, one].reduce((total, { bytes }) => total + bytes, 0)
            const fits = expected.length < entries && sum <= bytes && one.sequence <= first!.sequence + ahead
            if (expected.length > 0 && !fits) break
            expected.push(one)
          }
          const limits = ({ sequence }: EntryName) => ({ entries, bytes, last: sequence + ahead })
          expect(backlog.take(limits)).toEqual(first ? expected : null)
          if (!first) continue
          waiting = waiting.filter((other) => !expected.includes(other))
          out.push(expected)
        } else if (step.do === 'makeRoom') {
          const expected: EntryName[] = []
          const bytes = () => [...waiting, ...out.flat()].reduce((sum, one) => sum + diskBytes(one), 0)
          while (bytes() + step.wanted > step.maxBytes && waiting.length > 0) expected.push(waiting.shift()!)
          expect(backlog.makeRoom(step.wanted, step.maxBytes)).toEqual(expected)
        } else if (out.length > 0) {
          const [given] = out.splice(step.which % out.length, 1)
          backlog[step.do](given!)
          if (step.do === 'putBack') {
            waiting.push(...given!)
            waiting.sort((a, b) => a.sequence - b.sequence)
          }
        }
        const all = [...waiting, ...out.flat()]
        const bytes = all.reduce((sum, one) => sum + diskBytes(one), 0)
        expect(backlog.size()).toEqual({ entries: all.length, bytes })
      }
    }),
    { numRuns: 300 },
  )
})

test('returns a hundred thousand entries in order, quickly', () => {
  const backlog = createBacklog()
  for (let sequence = 1; sequence <= 100_000; sequence++) backlog.add(entry(sequence, 'a', 1500))
  const cpuMs = cpuMsOf(() => {
    for (let sequence = 1; sequence <= 100_000; sequence++) {
      const taken = backlog.take()
      if (taken?.[0].sequence !== sequence) throw new Error(`${taken?.[0].sequence} instead of ${sequence}`)
      backlog.settle(taken)
    }
  })
  expect(backlog.size()).toEqual({ entries: 0, bytes: 0 })
  expect(cpuMs).toBeLessThan(5000)
})
