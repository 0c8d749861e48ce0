import { createHash } from 'node:crypto'
import type { AuditAction, AuditRecord } from '@sightline/schemas/audit-record'
import { several } from '@sightline/schemas/several'

/** Size of a quarter's sample. */
export const SAMPLE = {
  /** Number of people of whom individual records are drawn. */
  people: 100,
  /** Per person: queries, and actions by which data left the system. */
  queries: 2,
  outward: 2,
  /** From all records, whoever and whatever. */
  any: 25,
}

/** A record that was drawn. */
export interface Drawn {
  readonly record: Pick<AuditRecord, 'number' | 'actor' | 'action' | 'at'>
  readonly why: string
}

export interface Sampler {
  add(record: AuditRecord): void
  /** The sample, by number; each record once. */
  end(): Drawn[]
}

const GROUPS = {
  queries: new Set<AuditAction>(['query.search', 'query.review']),
  outward: new Set<AuditAction>([
    'dissemination.create',
    'alert.pass-on',
    'saved.export',
    'account.compile',
    'audit.export',
  ]),
} as const

/** Rank in a draw: nobody can choose it, and anybody with seed and log can repeat it. */
const rankOf = (seed: string, what: string): string =>
  createHash('sha256').update(`${seed} ${what}`).digest('hex')

interface Ranked<T> {
  rank: string
  value: T
}

/** Keeps the `size` items with the lowest ranks, in whatever order they come. */
function createDraw<T>(size: number) {
  const kept: Ranked<T>[] = []
  let count = 0
  return {
    add(rank: string, value: T): void {
      count++
      if (kept.length === size && rank >= (kept.at(-1)?.rank ?? '')) return
      const place = kept.findIndex((other) => rank < other.rank)
      kept.splice(place < 0 ? kept.length : place, 0, { rank, value })
      if (kept.length > size) kept.pop()
    },
    drawn: () => kept.map(({ value }) => value),
    count: () => count,
  }
}

/**
 * Draws the records of a quarter to review one by one (AUD-3). Pure; the same records and seed, in any order, give the
 * same sample. Every person has a fair share of it, however little they do: a plain random sample would contain only
 * the most active.
 */
export function createSampler(seed: string, sizes: typeof SAMPLE = SAMPLE): Sampler {
  const ofPerson = () => ({
    queries: createDraw<Drawn['record']>(sizes.queries),
    outward: createDraw<Drawn['record']>(sizes.outward),
  })
  const people = new Map<string, ReturnType<typeof ofPerson>>()
  const any = createDraw<Drawn['record']>(sizes.any)

  return {
    add({ number, actor, action, at }) {
      const record = { number, actor, action, at }
      const rank = rankOf(seed, String(number))
      any.add(rank, record)
      for (const group of ['queries', 'outward'] as const) {
        if (!GROUPS[group].has(action)) continue
        const own = people.get(actor) ?? ofPerson()
        people.set(actor, own)
        own[group].add(rank, record)
      }
    },
    end() {
      const chosen = createDraw<string>(sizes.people)
      for (const id of people.keys()) chosen.add(rankOf(seed, `person ${id}`), id)
      const drawn = new Map<number, Drawn>()
      const take = (records: readonly Drawn['record'][], why: string) => {
        for (const record of records) if (!drawn.has(record.number)) drawn.set(record.number, { record, why })
      }
      const from =
        chosen.count() > sizes.people
          ? ` (${sizes.people} of ${several(chosen.count(), 'person was', 'people were')} drawn)`
          : ''
      for (const id of chosen.drawn()) {
        const { queries, outward } = people.get(id)!
        take(
          queries.drawn(),
          `${queries.drawn().length} of ${several(queries.count(), 'query', 'queries')} of ${id}${from}`,
        )
        take(
          outward.drawn(),
          `${outward.drawn().length} of ${outward.count()} acts of ${id} by which data left the system${from}`,
        )
      }
      take(any.drawn(), `${any.drawn().length} of all ${several(any.count(), 'record')}`)
      return [...drawn.values()].sort((a, b) => a.record.number - b.record.number)
    },
  }
}
