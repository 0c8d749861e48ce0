import { createReadsStates, type ReadsLook, readsTrouble } from '@sightline/broker/reads-state'
import { expect, test } from 'vitest'

const look = (change: Partial<ReadsLook> = {}): ReadsLook => ({
  stream: 'READS',
  at: 0,
  messages: 1000,
  bytes: 1_000_000,
  first: 1,
  last: 1000,
  maxBytes: 10_000_000,
  judged: 1000,
  slowest: { who: 'matcher', done: 1000 },
  ...change,
})
/** What is said of the last of some looks, a second apart. */
function after(...looks: Partial<ReadsLook>[]) {
  const states = createReadsStates()
  return looks.map((one, n) => states.take(look({ at: n * 1000, ...one }))).at(-1)!
}
const matcher = (judged: number) => ({ judged, slowest: { who: 'matcher', done: judged } })
/** Looks for some seconds at a stream that grows; each read has a thousand bytes. */
const growing = (seconds: number, stored: number, judged: number, from = 1000): Partial<ReadsLook>[] =>
  Array.from({ length: seconds + 1 }, (_, n) => ({
    last: from + n * stored,
    messages: from + n * stored,
    bytes: (from + n * stored) * 1000,
    ...matcher(from + n * judged),
  }))

test('reads that are judged as they come are in time, at any rate, and so is a stream without any', () => {
  expect(after(...growing(20, 100, 100))).toMatchObject({ state: 'judged', backlog: 0, fullInSeconds: null })
  expect(after({ messages: 0, bytes: 0, first: 1001 })).toMatchObject({
    state: 'judged',
    backlog: 0,
    free: 1,
  })
  // Whoever looks for the first time knows of no time that has passed.
  expect(after(matcher(0))).toMatchObject({ state: 'judged', backlog: 1000 })
})

test('nobody has judged for five seconds though reads wait: they stand still', () => {
  expect(after(...growing(4, 100, 0)).state).toBe('judged')
  const state = after(...growing(6, 100, 0))
  expect(state).toMatchObject({ state: 'still', backlog: 600, slowest: 'matcher' })
  // 8.4 MB are left, and 100 kB come a second.
  expect(state.fullInSeconds).toBeCloseTo(84, 0)
  const trouble = readsTrouble(state, null)!
  expect([trouble.code, trouble.message]).toEqual([
    'READS_STILL',
    '600 reads of READS are waiting, and the matcher does not move; 84 % of its space is free, for 1 min at this rate',
  ])
  expect(trouble.hint).toMatch(/start one/)
  expect(readsTrouble(state, 'm2')!.message).toContain('the matcher m2 does not move')
  // One that has waited long, and moves at last.
  expect(after(...growing(6, 100, 0), { last: 1700, messages: 1700, ...matcher(1690) }).state).toBe('judged')
})

test('reads that are not judged as fast as they come are behind when one waits for ten seconds', () => {
  const state = after(...growing(20, 200, 100))
  expect(state).toMatchObject({ state: 'behind', backlog: 2000 })
  // The judged ones make room: 8 MB for 100 kB more a second.
  expect(state.fullInSeconds).toBeCloseTo(80, 0)
  expect(after(...growing(20, 200, 190)).state).toBe('judged')
})

test('a stream without room is full, and says whom it waits for', () => {
  const full = { bytes: 9_996_000, ...matcher(10) }
  expect(after(full)).toMatchObject({ state: 'full', backlog: 990 })
  const message = 'READS is full and refuses new reads: the matcher has not handled 990 reads'
  expect(readsTrouble(after(full))?.message).toBe(message)
  // Judged reads alone fill nothing: they make room at once.
  expect(after({ ...full, ...matcher(1000) }).state).toBe('judged')
  expect(after({ ...full, maxBytes: -1 })).toMatchObject({ state: 'judged', free: 1, fullInSeconds: null })
})

test('somebody else who needs the reads is named when they fill the stream, and only then', () => {
  const history = { slowest: { who: 'history.READS', done: 10 } }
  const waiting = Array.from({ length: 8 }, () => history)
  expect(after(...waiting)).toMatchObject({ state: 'judged', backlog: 0, kept: 990 })
  const state = after(...waiting, { ...history, bytes: 9_996_000 })
  expect(state).toMatchObject({ state: 'full', backlog: 0 })
  const trouble = readsTrouble(state)!
  expect(trouble.message).toMatch(/history\.READS has not handled 990 reads$/)
  expect(trouble.hint).toMatch(/^Start history\.READS again, or remove/)
})

test('reads that have left by their age are not waiting', () => {
  expect(after({ first: 901, messages: 100, ...matcher(50) }).backlog).toBe(100)
})

test('a stream that was made again has no past', () => {
  const again = { last: 5, messages: 5, bytes: 5000, ...matcher(0) }
  expect(after(...growing(6, 100, 0), again)).toMatchObject({ state: 'judged', backlog: 5 })
})

test('a position beyond the end is of an earlier stream: nothing in this one is judged', () => {
  const again = { last: 5, messages: 5, bytes: 5000, ...matcher(1000) }
  const looks = Array.from({ length: 7 }, () => again)
  expect(after(...looks)).toMatchObject({ state: 'still', backlog: 5 })
})

test('a stream that stays full of judged reads refuses new ones', () => {
  const full = Array.from({ length: 7 }, () => ({ bytes: 9_996_000 }))
  const state = after(...full)
  expect(state).toMatchObject({ state: 'full', kept: 0 })
  expect(readsTrouble(state, 'm2')).toMatchObject({
    code: 'READS_FULL',
    message: 'READS is full and refuses new reads, although all are judged: they do not make room',
    hint: expect.stringContaining('the matcher m2'),
  })
  expect(after(...full, { bytes: 5_000_000 }, { bytes: 9_996_000 }).state).toBe('judged')
})

test('one read that has just come is no backlog where few come, nor after those that nobody judged have left', () => {
  const few = Array.from({ length: 30 }, (_, n) => ({
    last: 1000 + (n > 14 ? 1 : 0),
    ...matcher(1000 + (n > 14 ? 1 : 0)),
  }))
  expect(after(...few, { last: 1002, ...matcher(1001) }).state).toBe('judged')
  const gone = Array.from({ length: 30 }, () => ({ messages: 0, bytes: 0, first: 1001, ...matcher(900) }))
  const next = { messages: 1, bytes: 1000, first: 1001, last: 1001, ...matcher(900) }
  expect(after(...gone, next)).toMatchObject({ state: 'judged', backlog: 1 })
})
