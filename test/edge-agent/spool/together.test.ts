import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { openSpool, type Spool, type Together } from '@sightline/edge-agent/spool/spool'
import { SightlineError } from '@sightline/schemas/errors'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { quiet, temporaryFolder } from '../../support/broker.ts'
import { howOften } from '../../support/long.ts'

/** A backlog that goes out several entries at a time: to a stream that stores all or none, and whose answers may be lost. */

const ROUNDS = howOften(25, 400)
const MOST = 4

let temporary: Awaited<ReturnType<typeof temporaryFolder>>
beforeEach(async () => {
  temporary = await temporaryFolder()
})
afterEach(() => temporary.remove())

const payload = Buffer.from('read')
const openIn = (folder: string) => openSpool({ folder, maxBytes: 1e7, firstWaitMs: 1, log: quiet })

/** What happens to each call of the other side, in turn. */
type Fate = 'answered' | 'answer lost' | 'not stored' | 'one by one'
const fates = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant<Fate>('answered') },
    { weight: 1, arbitrary: fc.constantFrom<Fate>('answer lost', 'not stored', 'one by one') },
  ),
  { maxLength: 12 },
)

/** One subject of a stream for each camera, as JetStream has it: sequences grow over all, and a condition names the last one. */
function stream() {
  const stored: string[] = []
  const lastOf = (camera: string) => stored.findLastIndex((id) => id.startsWith(`${camera}.`)) + 1
  return {
    stored,
    /** @returns sequence of the last one */
    store(camera: string, ids: readonly string[], onlyBehind: number | undefined) {
      const last = lastOf(camera)
      // The first of a camera has no condition: its repeat is known by its id.
      if (last > 0 && ids[0] === stored.find((id) => id.startsWith(`${camera}.`))) return last
      if (onlyBehind !== undefined && last > onlyBehind) return last
      stored.push(...ids)
      return stored.length
    },
  }
}

/**
 * Forwards until the fates are used up, then stops as a kill does: nothing that is under way ends.
 * @returns the folder as it is on the disk then; undefined when all was delivered before
 */
async function forwardUntilKilled(
  spool: Spool,
  folder: string,
  other: ReturnType<typeof stream>,
  left: Fate[],
): Promise<string | undefined> {
  const stopping = new AbortController()
  let isKilled = false
  let killed: (copy: string) => void = () => {}
  const dead = new Promise<string>((resolve) => {
    killed = resolve
  })
  async function call(camera: string, ids: readonly string[], onlyBehind: number | undefined) {
    const fate = left.shift()
    if (fate === undefined) {
      if (!isKilled) {
        isKilled = true
        // Killed before or after it was stored.
        if (other.stored.length % 2 === 0) other.store(camera, ids, onlyBehind)
        // What the other camera has just been answered comes to its end: a copy of a folder that changes is none that a kill leaves.
        await new Promise(setImmediate)
        await spool.close()
        await cp(folder, `${folder}+`, { recursive: true })
        killed(`${folder}+`)
      }
      await new Promise(() => {})
    }
    if (fate === 'not stored') throw new SightlineError('BROKER_UNREACHABLE', 'no answer')
    const sequence = other.store(camera, ids, onlyBehind)
    if (fate === 'answer lost') throw new SightlineError('BROKER_UNREACHABLE', 'no answer')
    return sequence
  }
  const together: Together = {
    most: () => MOST,
    async deliver({ camera, entries, uncertain, receipt }) {
      const ids = entries.map(({ id }) => id)
      if (left[0] === 'one by one' && !uncertain) {
        left.shift()
        return { count: 0, receipt }
      }
      if (left[0] === 'one by one') left[0] = 'answered'
      return { count: ids.length, receipt: await call(camera, ids, uncertain ? receipt : undefined) }
    },
  }
  const forwarding = spool.forward(
    ({ camera, id, uncertain, receipt }) => {
      if (left[0] === 'one by one') left[0] = 'answered'
      return call(camera, [id], uncertain ? receipt : undefined)
    },
    stopping.signal,
    together,
  )
  const emptied = (async () => {
    while (spool.stats().entries > 0 || isKilled) await new Promise((wake) => setTimeout(wake, 2))
  })()
  const copy = await Promise.race([dead, emptied])
  if (copy !== undefined) return copy
  stopping.abort()
  await forwarding
  return undefined
}

test('each entry is stored once and in its camera’s order, whatever is lost and whenever it is killed', async () => {
  let round = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 24 }),
      fc.array(fates, { maxLength: 4 }),
      async (cameras, lives) => {
        let folder = join(temporary.path, `spool-${++round}`)
        const other = stream()
        let spool = await openIn(folder)
        const ids = cameras.map((camera, n) => ({ camera, id: `${camera}.${n}`, payload }))
        // A first one of each camera, whose receipt lets the others go together.
        for (const message of ids) await spool.append(message)
        for (const fates of [...lives, Array<Fate>(200).fill('answered')]) {
          const next = await forwardUntilKilled(spool, folder, other, [...fates])
          if (next === undefined) break
          folder = next
          spool = await openIn(folder)
        }
        expect(spool.stats().entries).toBe(0)
        await spool.close()
        for (const camera of ['a', 'b']) {
          const own = (id: string) => id.startsWith(camera)
          expect(other.stored.filter(own)).toEqual(ids.map(({ id }) => id).filter(own))
        }
      },
    ),
    { numRuns: ROUNDS },
  )
})
