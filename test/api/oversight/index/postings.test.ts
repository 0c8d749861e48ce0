import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CHUNK, openPostings, type Postings } from '@sightline/api/oversight/index/postings'
import { ClassicLevel } from 'classic-level'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

let folder: string
let open: Postings
const never = new AbortController().signal
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-postings-'))
  open = await openPostings(folder)
})
afterEach(async () => {
  await open.close()
  await rm(folder, { recursive: true, force: true })
})

/** Terms of a message: one of its own, one of many, one of all. */
const termsAt = (sequence: number) => [`own${sequence}`, `mod${sequence % 7}`, 'all']

async function fill(from: number, to: number, every: number) {
  for (let sequence = from; sequence <= to; sequence++) {
    open.add(sequence, termsAt(sequence))
    if (sequence % every === 0 || (sequence + 1) % CHUNK === 0) await open.store(`digest ${sequence}`)
  }
  await open.store(`digest ${to}`)
}

async function find(groups: string[][], from: number, to: number, postings = open): Promise<number[]> {
  const found: number[] = []
  for await (const some of postings.find(groups, from, to)) found.push(...some)
  return found
}

describe('the postings of the audit log', () => {
  it('find every message that has a term of each group, newest first', async () => {
    const last = 3 * CHUNK + 100
    await fill(1, last, 999)
    expect(await find([['own1'], ['all']], 1, last)).toEqual([1])
    expect(await find([['own5', `own${last}`, 'own4096', 'own4095']], 1, last)).toEqual([last, 4096, 4095, 5])
    const seventh = Array.from({ length: last }, (_, i) => last - i).filter((sequence) => sequence % 7 === 3)
    expect(await find([['mod3'], ['all']], 1, last)).toEqual(seventh)
    expect(await find([['mod3'], ['mod4']], 1, last)).toEqual([])
    expect(await find([['all']], 4090, 4100)).toEqual([
      4100, 4099, 4098, 4097, 4096, 4095, 4094, 4093, 4092, 4091, 4090,
    ])
    expect(await find([['none']], 1, last)).toEqual([])
    expect(await open.isWhole(never)).toBe(true)
  })

  it('are there again after a restart, up to what was stored', async () => {
    await fill(1, 50, 1)
    open.add(51, termsAt(51))
    await open.close()
    open = await openPostings(folder)
    expect(open.reach).toEqual({ sequence: 50, digest: 'digest 50' })
    expect(await find([['all']], 49, 60)).toEqual([50, 49])
    await fill(51, CHUNK + 3, 1000)
    expect(await find([['own50', 'own51', `own${CHUNK + 2}`]], 1, 2 * CHUNK)).toEqual([CHUNK + 2, 51, 50])
    expect(await open.isWhole(never)).toBe(true)
  })

  it('have no empty values, whose memory the library does not give back', async () => {
    await fill(1, 300, 100)
    await open.close()
    const db = new ClassicLevel<Buffer, Buffer>(folder, { keyEncoding: 'buffer', valueEncoding: 'buffer' })
    const lengths = (await db.values().all()).map(({ length }) => length)
    await db.close()
    open = await openPostings(folder)
    expect(lengths.length).toBeGreaterThan(300)
    expect(Math.min(...lengths)).toBeGreaterThan(0)
  })

  it('notice what was changed on disk', async () => {
    await fill(1, 3000, 1000)
    await open.close()
    // Opened once more, so that what was stored is in a table, not in the library's log.
    open = await openPostings(folder)
    await open.close()
    const [table] = readdirSync(folder).filter((name) => name.endsWith('.ldb'))
    const path = join(folder, table!)
    const whole = readFileSync(path)
    let unnoticed = 0
    for (let n = 0; n < 20; n++) {
      const bytes = Buffer.from(whole)
      const at = Math.floor(((n + 0.5) * whole.length) / 24)
      bytes[at] = bytes[at]! ^ 0xff
      writeFileSync(path, bytes)
      const again = await openPostings(folder).catch(() => null)
      const isWhole = await again?.isWhole(never).catch(() => false)
      // What was changed may be nothing that is ever read.
      if (again && isWhole) {
        const found = [await find([['all']], 1, 3000, again), await find([['mod3']], 1, 3000, again)]
        if (found[0]!.length !== 3000 || found[1]!.length !== 429) unnoticed++
      }
      await again?.close()
      // The library may have written the rest again.
      for (const name of readdirSync(folder)) if (name.endsWith('.log')) rmSync(join(folder, name))
    }
    writeFileSync(path, whole)
    open = await openPostings(folder)
    expect(unnoticed).toBe(0)
  })
})
