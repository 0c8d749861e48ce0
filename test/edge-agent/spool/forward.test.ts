import { setImmediate as nextTurn } from 'node:timers/promises'
import { createBacklog } from '@sightline/edge-agent/spool/backlog'
import type { EntryName } from '@sightline/edge-agent/spool/entry-name'
import { forwardEntries, type SpoolEntry, type SpoolRun } from '@sightline/edge-agent/spool/forward'
import type { Receipt } from '@sightline/edge-agent/spool/notes'
import { expect, test, vi } from 'vitest'
import { quiet } from '../../support/broker.ts'

/** What a disk that does not take everything may do to the reads of a camera: nothing. */

const camera = 'gate-1'
const entry = (sequence: number): EntryName => ({
  sequence,
  camera,
  id: `id-${sequence}`,
  bytes: 4,
  checksum: 0,
})

interface Disk {
  note: Receipt
  put?: () => Promise<void>
  sync?: () => Promise<void>
  unreadable?: number
}

/** Forwards entries with these sequences until none is left. @returns what was sent, in order */
async function forward(
  sequences: readonly number[],
  disk: Disk,
  fail: (sent: object[]) => boolean = () => false,
) {
  const backlog = createBacklog()
  for (const sequence of sequences) backlog.add(entry(sequence))
  let note = disk.note
  const sent: object[] = []
  async function answer<T>(what: object, value: T): Promise<T> {
    sent.push(what)
    if (fail(sent)) throw new Error('no answer')
    return value
  }
  const stopping = new AbortController()
  const forwarding = forwardEntries(
    {
      backlog,
      store: {
        async read({ sequence }) {
          if (sequence === disk.unreadable) throw new Error('damaged')
          return Buffer.from('read')
        },
        setAside: async () => {},
      },
      receipts: {
        get: () => note,
        async put(_camera, next) {
          await disk.put?.()
          note = next
        },
        sync: async () => disk.sync?.(),
      },
      async remove(run, receipt) {
        // As the spool does it: an answer that the disk does not take is logged, and the entries are out of the backlog.
        if (!disk.put) note = { sequence: run.at(-1)!.sequence, receipt: receipt! }
        backlog.settle(run)
      },
      onAdded: () => () => {},
      firstWaitMs: 1,
      log: quiet,
    },
    ({ sequence, uncertain, receipt }: SpoolEntry) => answer({ sequence, uncertain, receipt }, sequence * 10),
    stopping.signal,
    {
      most: () => 3,
      deliver({ entries, uncertain, receipt }: SpoolRun) {
        const ids = entries.map(({ id }) => id)
        return answer(
          { ids, uncertain, receipt },
          { count: ids.length, receipt: Number(ids.at(-1)!.slice(3)) * 10 },
        )
      },
    },
  )
  await vi.waitFor(() => expect(backlog.size().entries).toBe(0), { timeout: 30_000, interval: 1 })
  stopping.abort()
  await forwarding
  await nextTurn()
  return sent
}

test('a full disk does not make a read look stored: its condition is the last answer, not the last note', async () => {
  const put = () => Promise.reject(new Error('no space'))
  const sent = await forward(
    [2, 3],
    { note: { sequence: 1, receipt: 10 }, put },
    ({ length }) => length === 2,
  )
  expect(sent).toEqual([
    { sequence: 2, uncertain: true, receipt: 10 },
    { sequence: 3, uncertain: false, receipt: 20 },
    { sequence: 3, uncertain: true, receipt: 20 },
  ])
})

test('reads whose note is on the disk, though perhaps not for good, are sent together', async () => {
  const sync = () => Promise.reject(new Error('a failing disk'))
  const sent = await forward([2, 3, 4], { note: { sequence: 1, receipt: 10 }, sync })
  expect(sent).toEqual([
    { sequence: 2, uncertain: true, receipt: 10 },
    { ids: ['id-3', 'id-4'], uncertain: false, receipt: 20 },
  ])
})

test('a read behind those that were noted as sent was not sent, though none of them is there any more', async () => {
  const sent = await forward([4], { note: { sequence: 1, receipt: 10, sending: 3 } })
  expect(sent).toEqual([{ sequence: 4, uncertain: false, receipt: 10 }])
})

test('a read behind a damaged one that may have been sent was not sent itself', async () => {
  const sent = await forward([2, 3], { note: { sequence: 1, receipt: 10 }, unreadable: 2 })
  expect(sent).toEqual([{ sequence: 3, uncertain: false, receipt: 10 }])
})
