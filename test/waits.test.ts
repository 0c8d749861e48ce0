import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '@sightline/runtime/root'
import fastGlob from 'fast-glob'
import { expect, test } from 'vitest'

/** How long a wait is at least, milliseconds (test/README.md). */
const PATIENT_MS = 30_000

const WAIT = /\b(?:vi\.waitFor|vi\.waitUntil|until|soon|eventually|expect\s*\.poll)\(/g
const LIMIT = /(?:timeout:|,)\s*(\d[\d_]*)(?:,\s*interval: \w+)?,?\s*\}?,?\s*\)$/
/** A limit by name, or options that the caller gives. */
const NAMED = /,\s*(?:\{[^{}]*\}|[\w.]+),?\s*\)$/

/** Places of waits that give up early without a comment that says why. */
function hasty(file: string, text: string): string[] {
  return [...text.matchAll(WAIT)].flatMap(({ 0: begin, index }) => {
    const wait = text.slice(index, endOf(text, index + begin.length))
    const limit = LIMIT.exec(wait)?.[1]
    // Vitest's own limit is a second.
    const isUnlimited = limit === undefined && /^vi/.test(begin) && !NAMED.test(wait)
    const isShort = limit !== undefined && Number(limit.replaceAll('_', '')) < PATIENT_MS
    const before = text.slice(0, index).split('\n')
    const isExplained = /\blimit\b/.test(before.at(-2) ?? '') && /^\s*\/\//.test(before.at(-2) ?? '')
    return (isUnlimited || isShort) && !isExplained ? [`${file}:${before.length}`] : []
  })
}

/** Where the call ends whose parenthesis is open at `from`. */
function endOf(text: string, from: number): number {
  let depth = 1
  let at = from
  for (; depth > 0 && at < text.length; at++) {
    if ('([{'.includes(text[at]!)) depth++
    else if (')]}'.includes(text[at]!)) depth--
  }
  return at
}

test.each([
  ['vi.waitFor(() => expect(a()).toBe(1))', true],
  ['vi.waitFor(() => expect(a()).toBe(1), 5_000)', true],
  ['vi.waitFor(() => expect(a()).toBe(1), { timeout: 900, interval: 10 })', true],
  ['expect.poll(state, { timeout: 5000 }).toBe(1)', true],
  ['until(async () => b, 1000)', true],
  ['// It is soon.\nvi.waitFor(() => expect(a()).toBe(1), 5_000)', true],
  ['// The limit is what is tested.\nvi.waitFor(() => expect(a()).toBe(1), 5_000)', false],
  ['vi.waitFor(() => expect(a()).toBe(1), 30_000)', false],
  ['vi.waitFor(() => expect(a()).toBe(1), { timeout: 60_000, interval: 10 })', false],
  ['vi.waitFor(check, PATIENT_MS)', false],
  ['expect.poll(state).toBe(1)', false],
])('%s is hasty: %s', (text, expected) => {
  expect(hasty('x', text)).toEqual(expected ? [`x:${text.split('\n').length}`] : [])
})

test('no test gives up waiting before half a minute, unless its limit is what is tested', () => {
  const files = fastGlob.sync('test/**/*.ts', {
    cwd: root,
    ignore: ['**/node_modules/**', 'test/waits.test.ts'],
  })
  expect(files.length).toBeGreaterThan(400)
  expect(files.flatMap((file) => hasty(file, readFileSync(join(root, file), 'utf8')))).toEqual([])
})
