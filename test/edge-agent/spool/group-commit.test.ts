import { groupCommit } from '@sightline/edge-agent/spool/group-commit'
import fc from 'fast-check'
import { expect, test } from 'vitest'

test('every item is committed once, in order, and gets its own failure', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.boolean(), { maxLength: 60 }),
      fc.integer({ min: 1, max: 9 }),
      async (fails, max) => {
        const seen: number[] = []
        const commits = groupCommit<number>(async (batch) => {
          expect(batch.length).toBeLessThanOrEqual(max)
          await null
          seen.push(...batch)
          return batch.map((item) => (fails[item] ? new Error(`no ${item}`) : null))
        }, max)
        const settled = await Promise.allSettled(fails.map((_, item) => commits.add(item)))
        expect(seen).toEqual(fails.map((_, item) => item))
        expect(settled.map(({ status }) => status === 'rejected')).toEqual(fails)
      },
    ),
  )
})

test('items that arrive during a commit share the next one', async () => {
  const batches: string[][] = []
  const commits = groupCommit<string>(async (batch) => {
    batches.push(batch)
    await new Promise((wake) => setTimeout(wake, 5))
    return batch.map(() => null)
  }, 64)
  const first = commits.add('first')
  await Promise.resolve().then(() => {})
  await Promise.all([first, ...['b', 'c', 'd'].map((item) => commits.add(item))])
  expect(batches).toEqual([['first'], ['b', 'c', 'd']])
})

test('a commit that throws fails its batch and not the next one', async () => {
  let times = 0
  const commits = groupCommit<string>(async (batch) => {
    if (times++ === 0) throw new Error('disk gone')
    return batch.map(() => null)
  }, 64)
  await expect(commits.add('a')).rejects.toThrow('disk gone')
  await commits.add('b')
  await commits.idle()
})
