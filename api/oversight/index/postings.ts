import { ClassicLevel } from 'classic-level'

/** Up to which message of the log the index has terms, and the digest of that message, by which the log is known again. */
export interface Reach {
  readonly sequence: number
  readonly digest: string
}

/** Which messages of the log have which terms, on disk. Nothing in it is more than a hint where to look in the log. */
export interface Postings {
  readonly reach: Reach
  /** Terms of the next message; kept in memory until `store`, which must come before a message of another chunk. */
  add(sequence: number, terms: Iterable<string>): void
  /** Writes what was added, together with how far it reaches. */
  store(digest: string): Promise<void>
  /**
   * Messages, newest first, that have a term of each group, from one sequence to another, both included. A few may lack a
   * term; none is missing.
   */
  find(groups: readonly (readonly string[])[], from: number, to: number): AsyncGenerator<number[], void>
  /** Whether everything that was stored is still there, unchanged. Reads all of it. */
  isWhole(signal: AbortSignal): Promise<boolean>
  close(): Promise<void>
}

/** Messages that one list of a term may cover; lists never cross a multiple of it. */
export const CHUNK = 4096
/** Chunks that a search looks at in one step: first the newest, then ever more. */
const STEP = { first: 16, growth: 16, most: 4096 }
/** With no more messages than these left, comparing them is cheaper than reading lists of frequent terms. */
const FEW = 64
const AT_ONCE = 16
const ENTRIES = 1000
/** Of so many entries, a check looks for one by its key: what leads to an entry may be damaged, too. */
const SOUGHT = 32
/** Number of terms with 8 bytes, then the sequence with 6. */
const KEY = { term: 8, length: 14 }
const REACH = Buffer.from('r')
const BUFFERS = { keyEncoding: 'buffer', valueEncoding: 'buffer' } as const
const VERSION = 2

export const chunkOf = (sequence: number): number => Math.floor(sequence / CHUNK)

/** @throws Error of the library with a code: LEVEL_LOCKED, LEVEL_CORRUPTION … in `cause` */
export async function openPostings(folder: string): Promise<Postings> {
  const db = new ClassicLevel<Buffer, Buffer>(folder, BUFFERS)
  await db.open()
  const before = await begunIn(db).catch(async (error) => {
    // Else it stays locked, and cannot be thrown away.
    await db.close()
    throw error
  })
  let { reach, sum } = before
  let pending = new Map<string, number[]>()
  let last = reach.sequence

  async function listsOf(term: string, from: number, to: number, bits: Uint32Array, base: number) {
    const iterator = db.iterator({ gte: keyOf(term, from), lt: keyOf(term, to + 1), ...BUFFERS })
    try {
      for (let entries = await iterator.nextv(ENTRIES); entries.length > 0; ) {
        for (const [key, value] of entries) {
          const first = key.readUIntBE(KEY.term, 6) - base
          for (let at = 0; at < value.length; at += 2) mark(bits, first + value.readUInt16LE(at))
        }
        entries = await iterator.nextv(ENTRIES)
      }
    } finally {
      await iterator.close()
    }
  }

  /** Messages between two that have a term of each group, as bits from `base` on. */
  async function step(groups: readonly (readonly string[])[], base: number, to: number) {
    let kept: Uint32Array | null = null
    for (const group of groups) {
      if (kept && isFew(kept)) break
      const bits = new Uint32Array(Math.ceil((to - base + 1) / 32))
      for (let at = 0; at < group.length; at += AT_ONCE) {
        await Promise.all(group.slice(at, at + AT_ONCE).map((term) => listsOf(term, base, to, bits, base)))
      }
      if (kept) for (let i = 0; i < bits.length; i++) bits[i] = bits[i]! & kept[i]!
      kept = bits
    }
    return kept ?? new Uint32Array(0)
  }

  return {
    get reach() {
      return reach
    },
    add(sequence, terms) {
      if (pending.size > 0 && chunkOf(sequence) !== chunkOf(last))
        throw new Error('store comes before a new chunk')
      if (chunkOf(sequence) !== chunkOf(last)) sum = 0
      last = sequence
      for (const term of terms) {
        const list = pending.get(term)
        if (list) list.push(sequence)
        else pending.set(term, [sequence])
      }
    },
    async store(digest) {
      const writing = pending
      pending = new Map()
      const next = { sequence: last, digest }
      // Not the library's chained batch, whose memory is only given back when the collector comes by.
      const puts: { type: 'put'; key: Buffer; value: Buffer }[] = []
      const put = (key: Buffer, value: Buffer) => puts.push({ type: 'put', key, value })
      for (const [term, list] of writing) {
        const first = list[0]!
        const key = keyOf(term, first)
        // Never empty: the library does not give back the memory of an empty value (classic-level 3.0.0).
        const value = Buffer.allocUnsafe(2 * list.length)
        for (const [i, sequence] of list.entries()) value.writeUInt16LE(sequence - first, 2 * i)
        put(key, value)
        sum = (sum + sumOfEntry(key, value)) % 2 ** 48
      }
      put(sumKey(chunkOf(last)), Buffer.from(String(sum)))
      put(REACH, Buffer.from(JSON.stringify({ version: VERSION, ...next })))
      await db.batch(puts)
      reach = next
    },
    find: async function* (groups, from, to) {
      let high = to
      for (let size = STEP.first; high >= from; size = Math.min(STEP.most, size * STEP.growth)) {
        const low = Math.max(0, (chunkOf(high) - size + 1) * CHUNK)
        const bits = await step(groups, low, high)
        yield* descending(bits, low, Math.max(from, low), high)
        high = low - 1
      }
    },
    isWhole: async (signal) => {
      const snapshot = db.snapshot()
      try {
        const sums = new Map<number, number>()
        const stored = new Map<number, number>()
        for await (const entries of batches(db.iterator({ snapshot, ...BUFFERS }))) {
          if (signal.aborted) return true
          const some = entries.filter((_, i) => i % SOUGHT === 0)
          const sought = await db.getMany(
            some.map(([key]) => key),
            { snapshot, ...BUFFERS },
          )
          if (some.some(([, value], i) => !sought[i]?.equals(value))) return false
          for (const [key, value] of entries) {
            if (key.length === KEY.length) {
              const chunk = chunkOf(key.readUIntBE(KEY.term, 6))
              sums.set(chunk, ((sums.get(chunk) ?? 0) + sumOfEntry(key, value)) % 2 ** 48)
            } else if (key.length === SUM_LENGTH) stored.set(key.readUIntBE(1, 6), sumOf(value))
          }
          await turn()
        }
        return sums.size === stored.size && [...sums].every(([chunk, one]) => stored.get(chunk) === one)
      } finally {
        await snapshot.close()
      }
    },
    close: () => db.close(),
  }
}

/** What was stored last. @throws Error when that is of another version, or damaged */
async function begunIn(db: ClassicLevel<Buffer, Buffer>): Promise<{ reach: Reach; sum: number }> {
  const reach = reachOf(await db.get(REACH))
  return { reach, sum: sumOf(await db.get(sumKey(chunkOf(reach.sequence)))) }
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

async function* batches(iterator: ReturnType<ClassicLevel<Buffer, Buffer>['iterator']>) {
  try {
    for (;;) {
      const entries = (await iterator.nextv(ENTRIES)) as [Buffer, Buffer][]
      if (entries.length === 0) return
      yield entries
    }
  } finally {
    await iterator.close()
  }
}

const mark = (bits: Uint32Array, at: number) => {
  bits[at >>> 5] = bits[at >>> 5]! | (1 << (at & 31))
}

function isFew(bits: Uint32Array): boolean {
  let count = 0
  for (const word of bits) {
    for (let rest = word; rest !== 0; rest &= rest - 1) if (++count > FEW) return false
  }
  return true
}

/** What is marked, from the end, a few hundred at a time. */
function* descending(bits: Uint32Array, base: number, from: number, to: number): Generator<number[], void> {
  let found: number[] = []
  for (let i = bits.length - 1; i >= 0; i--) {
    const word = bits[i]!
    if (word === 0) continue
    for (let bit = 31; bit >= 0; bit--) {
      if (!((word >>> bit) & 1)) continue
      const sequence = base + 32 * i + bit
      // A list may go on beyond the last message wanted.
      if (sequence >= from && sequence <= to) found.push(sequence)
    }
    if (found.length < 256) continue
    yield found
    found = []
  }
  if (found.length > 0) yield found
}

/** Where the lists of a term begin that start at a message or later. */
function keyOf(term: string, sequence: number): Buffer {
  const key = Buffer.allocUnsafe(KEY.length)
  let [a, b] = [0xdeadbeef, 0x41c6ce57]
  for (let i = 0; i < term.length; i++) {
    const code = term.charCodeAt(i)
    a = Math.imul(a ^ code, 0x9e3779b1)
    b = Math.imul(b ^ code, 0x5f356495)
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35)
  b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2ae35)
  key.writeInt32BE(a, 0)
  key.writeInt32BE(b, 4)
  key.writeUIntBE(sequence, KEY.term, 6)
  return key
}

/** Length of the keys under which the sums of chunks are. */
const SUM_LENGTH = 7

function sumKey(chunk: number): Buffer {
  const key = Buffer.alloc(SUM_LENGTH, 'd')
  key.writeUIntBE(chunk, 1, 6)
  return key
}

const sumOf = (value: Buffer | undefined): number => (value ? Number(value.toString()) : 0)

/** Of an entry, so that a chunk's sum is wrong when one of its entries was changed or is missing. */
function sumOfEntry(key: Buffer, value: Buffer): number {
  let [a, b] = [0x811c9dc5, 0x1000193]
  for (const bytes of [key, value]) {
    for (let i = 0; i < bytes.length; i++) {
      a = Math.imul(a ^ bytes[i]!, 0x01000193)
      b = Math.imul(b ^ bytes[i]!, 0x5bd1e995)
    }
  }
  return (a >>> 0) + ((b >>> 0) & 0xffff) * 2 ** 32
}

const NOTHING: Reach = { sequence: 0, digest: '' }

function reachOf(value: Buffer | undefined): Reach {
  if (!value) return NOTHING
  const { version, sequence, digest } = JSON.parse(value.toString()) as Reach & { version: number }
  if (version !== VERSION) throw new Error(`version ${version} of the index`)
  return { sequence, digest }
}
