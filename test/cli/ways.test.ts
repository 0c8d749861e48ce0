import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { filesOn, importsOf, WAYS, waysTable } from '@sightline/cli/docs/ways'
import { root } from '@sightline/runtime/root'
import { describe, expect, it } from 'vitest'

describe('the number of files that a display, a search and a frame pass', () => {
  it('is the one in docs/architecture.md', () => {
    expect(readFileSync(join(root, 'docs/architecture.md'), 'utf8')).toContain(waysTable())
  })

  it.each(WAYS.flatMap((way) => way.stations.map((station) => [way, station] as const)))(
    '$0.name: $1.what, from beginning to end',
    (way, { what, from, to }) => {
      const files = [...filesOn(way).get(what)!]
      expect(files).toEqual(expect.arrayContaining([from, ...to]))
    },
  )

  it('counts a chain of imports: an end that cannot be reached is a fault', () => {
    const stations = [{ what: 'x', from: 'schemas/plate.ts', to: ['api/app.ts'] }]
    expect(() => filesOn({ name: 'w', goal: 1, stations })).toThrow(
      /no chain of imports leads from schemas\/plate.ts to api\/app.ts/,
    )
  })
})

describe('an import', () => {
  const of = (text: string) => importsOf('api/displays/steps.ts', text)

  it.each<[string, string, string[]]>([
    ['of a file beside it', "import { a } from './steps.ts'", ['api/displays/steps.ts']],
    ['of one further up', "import a from '../app.ts'", ['api/app.ts']],
    ['of another package', "import { a } from '@sightline/schemas/display'", ['schemas/display.ts']],
    ['of a package as a whole', "import { a } from '@sightline/matching'", ['matching/index.ts']],
    [
      'over several lines, of types too',
      "import {\n  type A,\n  b,\n} from './steps.ts'",
      ['api/displays/steps.ts'],
    ],
    ['that is handed on', "export * from './steps.ts'", ['api/displays/steps.ts']],
    ['at a later time', "const a = await import('./steps.ts')", ['api/displays/steps.ts']],
    ['twice', "import { a } from './steps.ts'\nexport { b } from './steps.ts'", ['api/displays/steps.ts']],
    ['of a type', "import type { A } from './steps.ts'", []],
    ['of types alone', "import { type A, type B } from './steps.ts'", []],
    ['of a library of others', "import Type from 'typebox'", []],
    ['of what is not there', "import { a } from './nothing.ts'", []],
    ['of a stylesheet', "import './end.css'", []],
  ])('%s', (_which, text, files) => {
    expect(of(text)).toEqual(files)
  })
})
