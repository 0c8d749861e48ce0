import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '@sightline/runtime/root'
import fastGlob from 'fast-glob'
import { expect, it } from 'vitest'

/** Words that docs/glossary.md refuses in names, from its last table. */
const REFUSED = [
  ...readFileSync(join(root, 'docs/glossary.md'), 'utf8')
    .split('| word | say instead |')[1]!
    .matchAll(/^\| ([a-z]+) \|/gm),
].map(([, word]) => word!)

/** A compound that the glossary has: a camera that recognizes plates itself. */
const COMPOUND = /plate-?readers?/gi

const wordsOf = (name: string): string[] =>
  name
    .replace(COMPOUND, '')
    .split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/)
    .map((word) => word.toLowerCase().replace(/s$/, ''))

/** A function of this name does not say what it does: a participle alone, or with a particle. */
const PARTICIPLE =
  /^(?:[a-z]+ed|told|kept|held|shown|drawn|written|known|heard|left|enough)(?:Over|On|Off|Out|By|As|In|About|Until|Meanwhile)?$/
/** Verbs that look like one. */
const VERBS = ['embed', 'feed', 'need', 'proceed', 'seed', 'speed']

const EXPORT =
  /^export (?:default )?(?:async )?(function\*?|const|interface|type|class) (\w+)(?=.*?(=>|function|$))/gm

/** Names of a file that the glossary refuses. */
function refusedIn(path: string, text: string): string[] {
  const found = [...text.matchAll(EXPORT)].map(([, kind = '', name = '', arrow]) => ({
    name,
    isFunction: kind.startsWith('function') || arrow === '=>',
  }))
  return [{ name: path, isFunction: false }, ...found]
    .filter(
      ({ name, isFunction }) =>
        wordsOf(name).some((word) => REFUSED.includes(word)) ||
        (isFunction && PARTICIPLE.test(name) && !VERBS.includes(name)),
    )
    .map(({ name }) => (name === path ? path : `${path}: ${name}`))
}

it('names of files and exports use the words of the glossary', () => {
  const paths = fastGlob.sync('*/**/*.{ts,tsx}', {
    cwd: root,
    ignore: ['**/node_modules/**', '**/dist{,-*}/**', 'test/**', '**/*.d.ts'],
  })
  expect(paths.length).toBeGreaterThan(500)
  expect(paths.flatMap((path) => refusedIn(path, readFileSync(join(root, path), 'utf8')))).toEqual([])
})

it.each([
  ['a/log-reader.ts', '', ['a/log-reader.ts']],
  ['a/b.ts', 'export interface CameraReaders {}', ['a/b.ts: CameraReaders']],
  [
    'a/b.ts',
    'export async function told() {}\nexport const changed = (a: A) => a',
    ['a/b.ts: told', 'a/b.ts: changed'],
  ],
  ['a/b.ts', 'export function handedOver() {}', ['a/b.ts: handedOver']],
  [
    'edge-agent/plate-readers/main.ts',
    'export const startPlateReader = () => {}\nexport function seed() {}',
    [],
  ],
])('%s with %j: %j is refused', (path, text, refused) => {
  expect(refusedIn(path, text)).toEqual(refused)
})
