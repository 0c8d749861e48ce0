import { CLASSES } from '@sightline/matching/plate-key'

/**
 * Other plates for those of a stream, of the same form, so that a recording says nothing about anybody's journeys. The same
 * plate stays the same plate. Plates that may be misreads of each other (one edit apart, or look-alikes) stay so, in small
 * groups. Everything else is drawn at random and kept nowhere: there is nothing by which it could be undone.
 */
export interface Pseudonyms {
  /** The plate instead of this one. @throws RangeError for a plate that was not among them */
  of(plate: string): string
  /** The character instead of `char`, at a place of this plate: of another reading of that place. */
  charOf(plate: string, place: number, char: string): string
}

/** A random whole number from 0 to `below` - 1; of a source that nobody can predict. */
export type Draw = (below: number) => number

/**
 * Largest group of plates that are kept alike. Who knows one plate of a group can guess the others of it, so groups stay
 * small, even where plates of one series lie close together.
 */
const LARGEST = 8

/** Letters of serials, and those that issuers leave out: a plate keeps its form, by which the matcher judges it. */
const KINDS = ['ABCDEFGHJKLMNPRSTUVWXYZ', 'IOQ', '0123456789'] as const
const ALL = KINDS.join('')
const kindOf = (char: string): string => KINDS.find((kind) => kind.includes(char))!
const classOf = (char: string): string => CLASSES.find((members) => members.includes(char)) ?? char

export function pseudonymsOf(plates: Iterable<string>, draw: Draw): Pseudonyms {
  const groups = groupsOf([...new Set(plates)])
  const used = new Set<string>()
  const found = new Map<string, { text: string; maps: Map<string, string>[] }>()
  for (const group of groups) {
    for (let tries = 0; ; tries++) {
      const maps = mapsOf(group, draw)
      const texts = group.map((plate) => Array.from(plate, (char, n) => maps[n]!.get(char)!).join(''))
      // Where nearly all texts of a form are taken, as of one character, two plates may become one.
      const isFree = texts.every((text) => !used.has(text)) || tries === TRIES
      if (!isFree) continue
      for (const [n, plate] of group.entries()) found.set(plate, { text: texts[n]!, maps })
      for (const text of texts) used.add(text)
      break
    }
  }
  const entryOf = (plate: string) => {
    const entry = found.get(plate)
    if (!entry) throw new RangeError('a plate that was not among those of the stream')
    return entry
  }
  return {
    of: (plate) => entryOf(plate).text,
    charOf(plate, place, char) {
      const { maps } = entryOf(plate)
      // A read may list more characters than its plate has: the schema does not compare them.
      maps[place] ??= new Map()
      const map = maps[place]
      if (!map.has(char)) map.set(char, drawOther(char, new Set(map.values()), draw))
      return map.get(char)!
    },
  }
}

const TRIES = 50

/**
 * Plates in groups of at most `LARGEST`: linked are those that are the same but for look-alikes, then those that become the
 * same when at most one character is left out of each.
 */
export function groupsOf(plates: readonly string[]): string[][] {
  const parent = plates.map((_, n) => n)
  const size = plates.map(() => 1)
  const rootOf = (n: number): number => {
    let at = n
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!
      at = parent[at]!
    }
    return at
  }
  const link = (a: number, b: number) => {
    const [one, other] = [rootOf(a), rootOf(b)]
    if (one === other || size[one]! + size[other]! > LARGEST) return
    parent[other] = one
    size[one]! += size[other]!
  }
  const folded = plates.map((plate) => Array.from(plate, (char) => classOf(char)[0]!).join(''))
  for (const withoutOne of [false, true]) {
    const first = new Map<string, number>()
    for (const [n, text] of folded.entries()) {
      const keys = withoutOne
        ? [text, ...Array.from(text, (_, place) => `${text.slice(0, place)}${text.slice(place + 1)}`)]
        : [text]
      for (const key of new Set(keys)) {
        const known = first.get(key)
        if (known === undefined) first.set(key, n)
        else link(known, n)
      }
    }
  }
  const groups = new Map<number, string[]>()
  for (const [n, plate] of plates.entries()) {
    const root = rootOf(n)
    groups.set(root, [...(groups.get(root) ?? []), plate])
  }
  return [...groups.values()]
}

/**
 * For each place, the character for each one of the group. Plates of different lengths share one map for all places, so that
 * what is the same character in both stays so wherever it stands.
 */
function mapsOf(group: readonly string[], draw: Draw): Map<string, string>[] {
  const longest = Math.max(...group.map(({ length }) => length))
  const isOneLength = group.every(({ length }) => length === longest)
  if (!isOneLength) {
    const map = mapOf(new Set(group.join('')), draw)
    return Array.from({ length: longest }, () => map)
  }
  return Array.from({ length: longest }, (_, place) =>
    mapOf(new Set(group.map((plate) => plate[place]!)), draw),
  )
}

/** Look-alikes among these characters become look-alikes, each other one any of its kind. */
function mapOf(chars: ReadonlySet<string>, draw: Draw): Map<string, string> {
  const map = new Map<string, string>()
  const taken = new Set<string>()
  const alike = new Map<string, string[]>()
  for (const char of chars) alike.set(classOf(char), [...(alike.get(classOf(char)) ?? []), char])
  // Those with fewer choices first.
  for (const members of [...alike.values()].sort((a, b) => b.length - a.length)) {
    const into = members.length > 1 ? drawClass(members, taken, draw) : null
    for (const char of members) {
      const other = drawOther(char, taken, draw, into)
      map.set(char, other)
      taken.add(other)
    }
  }
  return map
}

/** A class of look-alikes with enough characters of each kind that are not taken; null if there is none. */
function drawClass(members: readonly string[], taken: ReadonlySet<string>, draw: Draw): string | null {
  const fits = CLASSES.filter((one) =>
    KINDS.every((kind) => {
      const free = [...one].filter((char) => kind.includes(char) && !taken.has(char)).length
      return free >= members.filter((char) => kind.includes(char)).length
    }),
  )
  return fits[draw(fits.length)] ?? null
}

/** A character of the same kind that is not taken; one of another kind where all are. @param within of these if it can be */
function drawOther(
  char: string,
  taken: ReadonlySet<string>,
  draw: Draw,
  within: string | null = null,
): string {
  const free = (chars: string) => [...chars].filter((one) => !taken.has(one))
  const kind = kindOf(char)
  const inside = within === null ? [] : free(within).filter((one) => kind.includes(one))
  const choices = [inside, free(kind), free(ALL)].find(({ length }) => length > 0)!
  return choices[draw(choices.length)]!
}
