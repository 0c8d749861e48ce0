/** What went in against what came out of a long run. Pure. */

/** One line of the account. */
export interface Line {
  readonly what: string
  readonly ok: boolean
  /** The figures, by name. */
  readonly figures: Readonly<Record<string, number>>
  /** Some of those that are wrong: ids, never plates. */
  readonly wrong: readonly string[]
}

/** How often each of some things was expected, and was there. */
export interface Tally {
  /** Those that must be there exactly once. */
  readonly expected: ReadonlySet<string>
  /** Those that may be there, because it is not known whether they were taken. */
  readonly possible?: ReadonlySet<string>
  /** How often each was found. */
  readonly found: ReadonlyMap<string, number>
}

const SHOWN = 5

/** Each expected thing is there once, and nothing else is. */
export function tallyLine(what: string, { expected, possible, found }: Tally): Line {
  const missing = [...expected].filter((one) => !found.has(one))
  const doubled = [...found].filter(([, times]) => times > 1).map(([one]) => one)
  const others = [...found.keys()].filter((one) => !expected.has(one) && !possible?.has(one))
  const name = (list: string[], word: string) => list.slice(0, SHOWN).map((one) => `${word} ${one}`)
  return {
    what,
    ok: missing.length + doubled.length + others.length === 0,
    figures: {
      expected: expected.size,
      found: found.size,
      missing: missing.length,
      twice: doubled.length,
      others: others.length,
    },
    wrong: [...name(missing, 'missing'), ...name(doubled, 'twice'), ...name(others, 'not expected')],
  }
}

/** What a process had of the machine. */
export interface Held {
  readonly memoryMib: number
  readonly descriptors: number
}

/** A process may grow so much while it works, and no further. */
const GROWTH = { times: 1.5, memoryMib: 120, descriptors: 40 }

/** No process holds much more at the end than after the beginning. */
export function leakLine(before: ReadonlyMap<string, Held>, after: ReadonlyMap<string, Held>): Line {
  const wrong: string[] = []
  const figures: Record<string, number> = {}
  for (const [part, now] of after) {
    const then = before.get(part)
    if (!then) continue
    figures[`${part} MiB before`] = then.memoryMib
    figures[`${part} MiB`] = now.memoryMib
    if (now.memoryMib > then.memoryMib * GROWTH.times + GROWTH.memoryMib) wrong.push(`${part}: memory`)
    if (now.descriptors > then.descriptors + GROWTH.descriptors)
      wrong.push(`${part}: ${then.descriptors} descriptors, then ${now.descriptors}`)
  }
  return { what: 'nothing leaked', ok: wrong.length === 0, figures, wrong }
}

/** How late something was, milliseconds: half of it at most `p50`. */
export function delaysOf(times: readonly number[]): Record<string, number> {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => Math.round(sorted[Math.floor(share * (sorted.length - 1))] ?? 0)
  return { p50: at(0.5), p99: at(0.99), slowest: at(1) }
}
