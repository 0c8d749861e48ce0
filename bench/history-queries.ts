import type { History } from '@sightline/vendor-sim/history/store'
import { random } from '@sightline/vendor-sim/world/random'

/** Chooses the subjects of a benchmark's searches from the history. */
export interface Subjects {
  plates: readonly string[]
  areas: readonly { lat: number; lon: number; radiusM: number }[]
  /** Days that are in the history, as instants, newest last. */
  newest: number
}

/** @param count of each kind */
export async function subjectsOf(history: History, count: number): Promise<Subjects> {
  const rows = await history.select<{ plate: string; newest: string }>(
    `SELECT plate, (SELECT max(seen_at) FROM reads) AS newest FROM sim_actors
    WHERE mode < 2 ORDER BY intHash64(idx) LIMIT {count:UInt32}`,
    { count },
  )
  const rng = random('bench-history')
  const fixed = [...history.registrations.all()].flatMap(({ camera, position }) =>
    position && camera.country === 'US' ? [position] : [],
  )
  return {
    plates: rows.map(({ plate }) => plate),
    areas: Array.from({ length: count }, () => {
      const { lat, lon } = rng.pick(fixed)
      return { lat, lon, radiusM: 2000 }
    }),
    newest: Date.parse(rows[0]!.newest),
  }
}

export interface Timed {
  /** 95th percentile of the milliseconds that a piece of work takes. */
  p95: number
  /** Mean milliseconds of CPU of one. Unlike time, it hardly changes on a busy machine. */
  cpuMs: number
}

/** Times pieces of work, one after the other, after a warm-up. */
export async function timeEach<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<Timed> {
  const [result] = await timeInTurn(items, [work])
  return result!
}

/**
 * Times several ways of doing the same work in turn: each item in all ways, each way equally often first and last. The second
 * one finds the disk's pages in memory.
 */
export async function timeInTurn<T>(
  items: readonly T[],
  works: readonly ((item: T) => Promise<unknown>)[],
): Promise<Timed[]> {
  for (const item of items.slice(0, 3)) for (const work of works) await work(item)
  const taken = works.map(() => ({ times: [] as number[], cpuUs: 0 }))
  for (const [n, item] of items.entries()) {
    for (const [i] of works.entries()) {
      const way = (n + i) % works.length
      const cpu = process.cpuUsage()
      const began = performance.now()
      await works[way]!(item)
      taken[way]!.times.push(performance.now() - began)
      const { user, system } = process.cpuUsage(cpu)
      taken[way]!.cpuUs += user + system
    }
  }
  return taken.map(({ times, cpuUs }) => {
    times.sort((a, b) => a - b)
    const p95 = times[Math.min(times.length - 1, Math.floor(times.length * 0.95))]!
    return { p95, cpuMs: cpuUs / 1000 / items.length }
  })
}
