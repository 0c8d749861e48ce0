import type { AuditRecord } from '@sightline/schemas/audit-record'
import { MAX_PLATE_LENGTH } from '@sightline/schemas/plate'
import { type Aliases, type AuditWanted, CASE_KEYS } from '../find.ts'
import { bare, isForMachines, isPattern, PLATE_KEYS, stringsIn } from '../plates.ts'

/**
 * Terms by which the index of the audit log finds records. Pure. For each search, a record that matches (find.ts) has a
 * term of each group of the search; the reverse need not hold, because each record that is found is compared again. What a
 * term means is in its first letter: `a` action, `p` actor, `s` subject, `h` subject before the dot, `c` case, `l` plate,
 * `w` ends of a pattern.
 */
export function termsOf({ action, actor, subject, parameters }: AuditRecord): Set<string> {
  const terms = new Set([`a${action}`, `p${actor}`])
  if (subject !== null) {
    terms.add(`s${subject}`)
    const dot = subject.indexOf('.')
    if (dot >= 0) terms.add(`h${subject.slice(0, dot)}`)
  }
  for (const { key, text } of stringsIn(parameters)) {
    if (CASE_KEYS.has(key)) terms.add(`c${text}`)
    if (PLATE_KEYS.has(key)) terms.add(writtenTerm(text))
    else if (!isForMachines(text)) addWords(terms, text)
  }
  return terms
}

/** The term of a message that is not a record. */
export const NO_RECORD = '!'

/** One term of each group is in every record that matches; no group: nothing but a time is wanted. */
export function wantedTerms(
  { person, plate, case: name, subject, action }: AuditWanted,
  { ofPlate, ofCase }: Aliases,
): string[][] {
  const groups: string[][] = []
  // What is likely to be rarest comes first: the others are then only compared with what it found.
  if (subject !== undefined) groups.push([`s${subject}`])
  if (plate !== undefined) groups.push([...plateTerms(plate), ...[...ofPlate].map((id) => `s${id}`)])
  if (name !== undefined) {
    groups.push([...new Set([name, ...ofCase])].flatMap((one) => [`s${one}`, `h${one}`, `c${one}`]))
  }
  if (person !== undefined) groups.push([`p${person}`, `s${person}`])
  if (action !== undefined) groups.push([`a${action}`])
  return groups
}

/** The plate itself, and the ends of each pattern that may cover it. */
function plateTerms(plate: string): string[] {
  const terms = [`l${plate}`]
  for (let head = 0; head <= plate.length; head++) {
    for (let tail = head; tail <= plate.length; tail++) {
      terms.push(`w${plate.slice(0, head)}.${plate.slice(tail)}`)
    }
  }
  return terms
}

/** What stands under a key of plates: a plate, or a pattern by what it begins and ends with. */
function writtenTerm(written: string): string {
  const text = bare(written)
  if (!isPattern(text)) return `l${text}`
  return `w${/^[A-Z0-9]*/.exec(text)![0]}.${/[A-Z0-9]*$/.exec(text)![0]}`
}

/** Every word, and words with one separator between them, that could be a plate (plates.ts, `mentionOf`). */
function addWords(terms: Set<string>, text: string): void {
  const words = [...text.matchAll(/[A-Za-z0-9]+/g)]
  for (let first = 0; first < words.length; first++) {
    let joined = ''
    for (let last = first; last < words.length; last++) {
      const { 0: word, index } = words[last]!
      if (last > first && !isOneSeparator(text, words[last - 1]!, index)) break
      joined += word
      if (joined.length > MAX_PLATE_LENGTH) break
      terms.add(`l${joined.toUpperCase()}`)
    }
  }
}

function isOneSeparator(text: string, before: RegExpExecArray, at: number): boolean {
  const gap = before.index + before[0].length
  return at === gap + 1 && SEPARATOR.test(text[gap]!)
}

/** As in `mentionOf`. */
const SEPARATOR = /^[\s\-–.·_/]$/
