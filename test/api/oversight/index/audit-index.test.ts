import { readdirSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import type { AuditLookup } from '@sightline/api/oversight/audit-lookup'
import { type AuditWanted, auditMatcher } from '@sightline/api/oversight/find'
import { type AuditIndex, openAuditIndex } from '@sightline/api/oversight/index/audit-index'
import { openPostings } from '@sightline/api/oversight/index/postings'
import { wantedTerms } from '@sightline/api/oversight/index/terms'
import { type AuditPage, searchAudit } from '@sightline/api/oversight/search'
import { createLog } from '@sightline/runtime/log'
import { AUDIT } from '@sightline/schemas/streams'
import { auditSubject } from '@sightline/schemas/subjects'
import { ClassicLevel } from 'classic-level'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type OversightRig, startOversightRig } from '../rig.ts'
import { HOUR, NOW, purposeOf } from '../support.ts'

const clock = { now: NOW }
const log = createLog('test', 'silent')
const NONE = { ofPlate: new Set<string>(), ofCase: new Set<string>() }
/** What a search asks while there is no index. */
const NO_INDEX: Pick<AuditIndex, 'reaches' | 'find'> = {
  reaches: () => 0,
  find: () => {
    throw new Error('there is none')
  },
}
let rig: OversightRig
let count = 0
let open: { index: AuditIndex; stop: AbortController }[] = []

beforeAll(async () => {
  rig = await startOversightRig(clock)
  for (let n = 0; n < 60; n++) await act(n)
})
afterEach(async () => {
  for (const { index, stop } of open) {
    stop.abort()
    await index.ended
  }
  open = []
})
afterAll(() => rig.close())

async function act(n: number) {
  clock.now += HOUR
  const parameters = {
    plate: n % 7 === 0 ? '7ABC123' : `8AB${n}`,
    caseRef: `REF-${n % 3}`,
    purpose: purposeOf(n),
  }
  await rig.deps.audit.record({ actor: `p${n % 5}`, action: 'query.search', subject: `q${n}`, parameters })
}

function start(folder: string): AuditIndex {
  const stop = new AbortController()
  const index = openAuditIndex(rig.link, { folder, log, stop: stop.signal })
  open.push({ index, stop })
  return index
}
const stopLast = async () => {
  const { index, stop } = open.pop()!
  stop.abort()
  await index.ended
}
const newFolder = () => join(rig.dataDir, `index-${++count}`)
const caughtUp = async (index: AuditIndex) => {
  const last = await rig.deps.auditLookup.last()
  await vi.waitFor(() => expect(index.reaches()).toBe(last), { timeout: 30_000 })
}

function search(
  index: Pick<AuditIndex, 'reaches' | 'find'>,
  wanted: AuditWanted,
  limit = 500,
  lookup = rig.deps.auditLookup,
) {
  const time = { ...(wanted.from && { from: Date.parse(wanted.from) }), limit }
  const wants = { matches: auditMatcher(wanted, NONE), groups: wantedTerms(wanted, NONE) }
  return searchAudit({ lookup, index }, wants, time)
}
const numbersOf = ({ records }: AuditPage) => records.map(({ number }) => number)

const SEARCHES: AuditWanted[] = [
  { person: 'p1' },
  { plate: '7ABC123' },
  { plate: '7ABC123', person: 'p2' },
  { case: 'REF-1', action: 'query.search' },
  { subject: 'q7' },
  { plate: '7ABC123', from: new Date(NOW + 30 * HOUR).toISOString() },
  { plate: 'NOBODY' },
  {},
]

describe('the index of the audit log', () => {
  it('finds what reading the log finds, also what is written from now on (AUD-3)', async () => {
    const index = start(newFolder())
    await caughtUp(index)
    await act(70)
    // Whether the index already has the last record or not.
    expect((await search(index, { subject: 'q70' })).records).toHaveLength(1)
    await caughtUp(index)
    for (const wanted of SEARCHES) {
      const [found, read] = [await search(index, wanted), await search(NO_INDEX, wanted)]
      expect([wanted, found]).toEqual([wanted, read])
    }
    expect(numbersOf(await search(index, { plate: '7ABC123' }))).toHaveLength(10)
  })

  it('looks only at the records that may match', async () => {
    const index = start(newFolder())
    await caughtUp(index)
    const { auditLookup } = rig.deps
    let looked = 0
    const lookup: AuditLookup = {
      ...auditLookup,
      get: (sequence) => {
        looked++
        return auditLookup.get(sequence)
      },
      read: async function* (from, to) {
        for await (const one of auditLookup.read(from, to)) {
          looked++
          yield one
        }
      },
    }
    expect((await search(index, { subject: 'q7' }, 50, lookup)).records).toHaveLength(1)
    expect(looked).toBe(1)
  })

  it('continues after a restart where it was', async () => {
    const folder = newFolder()
    await caughtUp(start(folder))
    await stopLast()
    await act(71)
    const again = start(folder)
    await caughtUp(again)
    expect(numbersOf(await search(again, { plate: '7ABC123' }))).toEqual(
      numbersOf(await search(NO_INDEX, { plate: '7ABC123' })),
    )
  })

  it('of another log is thrown away, and made again from this one', async () => {
    const folder = newFolder()
    const other = await openPostings(join(folder, '1'))
    other.add(3, ['l7ABC123'])
    await other.store('not the digest of this message')
    await other.close()
    const index = start(folder)
    await caughtUp(index)
    expect(await search(index, { plate: '7ABC123' })).toEqual(await search(NO_INDEX, { plate: '7ABC123' }))
  })

  it('of another version is thrown away, and made again', async () => {
    const folder = newFolder()
    await caughtUp(start(folder))
    await stopLast()
    const db = new ClassicLevel<string, string>(join(folder, '1'))
    await db.put('r', JSON.stringify({ ...JSON.parse((await db.get('r'))!), version: 1 }))
    await db.close()
    const index = start(folder)
    await caughtUp(index)
    expect(readdirSync(folder)).toEqual(['1'])
  })

  it('whose files are damaged is made again', async () => {
    const folder = newFolder()
    await caughtUp(start(folder))
    await stopLast()
    const files = join(folder, '1')
    for (const name of readdirSync(files)) {
      const path = join(files, name)
      if (name.startsWith('MANIFEST')) truncateSync(path, Math.floor(statSync(path).size / 2))
    }
    const index = start(folder)
    await caughtUp(index)
    expect(await search(index, { person: 'p1' })).toEqual(await search(NO_INDEX, { person: 'p1' }))
  })

  it('that lacks an entry is noticed by its check, and made again', async () => {
    const folder = newFolder()
    await caughtUp(start(folder))
    await stopLast()
    const db = new ClassicLevel<Buffer, Buffer>(join(folder, '1'), {
      keyEncoding: 'buffer',
      valueEncoding: 'buffer',
    })
    const keys = (await db.keys().all()).filter(({ length }) => length === 14)
    await db.batch(keys.slice(0, keys.length - 1).map((key) => ({ type: 'del' as const, key })))
    await db.close()
    const index = start(folder)
    await caughtUp(index)
    const wanted = { plate: '7ABC123' }
    const read = await search(NO_INDEX, wanted)
    expect((await search(index, wanted)).records.length).toBeLessThan(read.records.length)
    await index.check()
    await vi.waitFor(() => expect(index.reaches()).toBe(0), 30_000)
    // Meanwhile the log itself is read.
    expect(await search(index, wanted)).toEqual(read)
    await caughtUp(index)
    expect(await search(index, wanted)).toEqual(read)
  })

  it('of each of two processes with one folder is its own', async () => {
    const folder = newFolder()
    const [one, two] = [start(folder), start(folder)]
    await caughtUp(one)
    await caughtUp(two)
    expect(readdirSync(folder).sort()).toEqual(['1', '2'])
    expect(await search(two, { person: 'p3' })).toEqual(await search(one, { person: 'p3' }))
  })

  it('counts messages that are no records, wherever a page ends', async () => {
    await rig.link.js.publish(auditSubject('stranger'), 'not a record')
    const index = start(newFolder())
    await caughtUp(index)
    expect((await rig.link.manager.streams.info(AUDIT)).state.last_seq).toBe(index.reaches())
    expect(await search(index, { person: 'p1' })).toMatchObject({ malformed: 1 })
    expect(await search(index, { person: 'p1' }, 2)).toEqual(await search(NO_INDEX, { person: 'p1' }, 2))
  })
})
