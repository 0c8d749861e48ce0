import { describeRoom, readsRoom, requireRoom } from '@sightline/schemas/reads-room'
import { EMBEDDED_SIZE } from '@sightline/schemas/streams'
import { expect, test } from 'vitest'

test('what the disk bears is told for agents and for each vendor, by their streams', () => {
  const size = { ...EMBEDDED_SIZE, vendors: ['sim', 'other-1'], partitions: 4 }
  const room = readsRoom(size, 2000)
  expect(room.map(({ source }) => source)).toEqual(['edge agents', 'sim', 'other-1'])
  const [agents, sim] = room
  // 30 % for the agency in three streams of which two are agents', 10 % for a vendor; a quarter is for judged reads.
  expect(agents!.bytes / 2 ** 30).toBeCloseTo(4 * 0.2 * 0.75, 3)
  expect(sim!.bytes / 2 ** 30).toBeCloseTo(4 * 0.1 * 0.75, 3)
  expect(agents!.hours * 3600).toBeCloseTo((4 * 2 ** 30 * 0.15) / 930 / 2000, 0)
  expect(describeRoom(size, agents!)).toBe(
    '4 GiB hold 5 min of reads of edge agents at 2,000 a second without a matcher',
  )
  const told = (rate: number) => describeRoom(size, readsRoom(size, rate)[1]!)
  expect([1, 20, 50, 100_000].map((rate) => told(rate).split(' of reads')[0])).toEqual([
    '4 GiB hold 4 days',
    '4 GiB hold 4 h',
    '4 GiB hold 115 min',
    '4 GiB hold 3 s',
  ])
})

test('a rate for which the disk is too small is refused with one that is large enough', () => {
  const size = { ...EMBEDDED_SIZE, readsHours: 24 }
  expect(() => requireRoom(size, 1)).not.toThrow()
  const refused = (storageGib: number) => () => requireRoom({ ...size, storageGib }, 2000)
  expect(refused(4)).toThrowError(
    expect.objectContaining({ code: 'CONFIG_INVALID', hint: expect.stringContaining('--storage-gib ') }),
  )
  let hint = ''
  try {
    refused(4)()
  } catch (error) {
    hint = (error as { hint: string }).hint
  }
  const enough = Number(/--storage-gib (\d+)/.exec(hint)?.[1])
  expect(enough).toBeGreaterThan(500)
  expect(refused(enough)).not.toThrow()
  expect(refused(enough - 2)).toThrow()
})
