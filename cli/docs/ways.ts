import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { root } from '@sightline/runtime/root'
import { SightlineError } from '@sightline/schemas/errors'

/**
 * Counts how many files an object passes on its way through the system: those that a reader opens to follow it.
 *
 * A way consists of stations. At each, the object is passed on by other means than an import: over HTTP, through the
 * broker, or to a store that was opened at the start. A station names the file in which it begins and the files in
 * which it ends: where the object is decided about, stored, or passed on. A file is passed when it lies on a chain of
 * imports from the beginning of a station to one of its ends, both included. An import counts when it imports more than
 * types; node_modules, tests and stylesheets do not count. A file in two stations counts once.
 *
 * So a file's other imports do not count, e.g. a button of the form.
 */
export interface Way {
  name: string
  /** Maximum number of files intended. */
  goal: number
  stations: readonly Station[]
}

interface Station {
  what: string
  from: string
  to: readonly string[]
}

const editor = 'console/views/displays/editor'
const search = 'console/views/search'

export const WAYS: readonly Way[] = [
  {
    name: "a display, from the console's form to the matcher's match",
    goal: 30,
    stations: [
      {
        what: 'the form sends it',
        from: `${editor}/new-page.tsx`,
        to: [`${editor}/draft.ts`, 'console/api/client.ts'],
      },
      {
        what: 'the api takes it',
        from: 'api/displays/routes/displays.ts',
        to: ['api/displays/steps.ts', 'schemas/display.ts', 'schemas/display-rules.ts'],
      },
      { what: 'a case stands behind it', from: 'api/displays/case-check.ts', to: ['api/cases/gate.ts'] },
      { what: 'it is stored', from: 'api/displays/store.ts', to: ['broker/link.ts', 'schemas/display.ts'] },
      {
        what: 'the matcher takes it',
        from: 'matcher/displays.ts',
        to: ['broker/follow-direct.ts', 'matcher/reached.ts', 'schemas/display-rules.ts'],
      },
      {
        what: 'the index keeps it and finds it',
        from: 'matching/index.ts',
        to: ['matching/plate-key.ts', 'matching/store.ts', 'matching/terms.ts'],
      },
      { what: 'a read matches it', from: 'matcher/judge.ts', to: ['matcher/judge.ts'] },
    ],
  },
  {
    name: 'a search, there and back',
    goal: 40,
    stations: [
      { what: 'the form asks', from: `${search}/search-form.tsx`, to: ['console/api/client.ts'] },
      {
        what: 'the api takes it, and records it',
        from: 'api/history/routes.ts',
        to: ['api/federation/window.ts', 'schemas/federated-search.ts'],
      },
      { what: 'a case stands behind it', from: 'api/cases/gate.ts', to: ['api/cases/gate.ts'] },
      {
        what: 'the vendors are asked, and their answers judged and merged',
        from: 'api/federation/federation.ts',
        to: ['api/federation/exchange.ts', 'api/federation/sift.ts', 'api/federation/merge.ts'],
      },
      { what: 'a vendor takes it', from: 'vendor-sim/server.ts', to: ['schemas/vendor-search.ts'] },
      {
        what: 'it searches its history',
        from: 'vendor-sim/history/store.ts',
        to: ['vendor-sim/history/store.ts', 'vendor-sim/history/rows.ts'],
      },
      { what: 'the answer is kept', from: 'api/history/cache.ts', to: ['broker/link.ts'] },
      {
        what: 'it is shown',
        from: `${search}/results.tsx`,
        to: [`${search}/state.ts`, `${search}/found-read.tsx`],
      },
    ],
  },
  {
    name: 'a frame, from the camera to the screen',
    goal: 65,
    stations: [
      {
        what: 'it comes',
        from: 'edge-agent/sources/open.ts',
        to: ['edge-agent/sources/channel.ts', 'edge-agent/sources/jpeg-finder.ts'],
      },
      {
        what: 'the edge agent makes a read of it, keeps it and sends it',
        from: 'edge-agent/main.ts',
        to: [
          ...['edge-agent/gate/gate.ts', 'edge-agent/tracking/tracker.ts', 'edge-agent/read-of.ts'],
          ...['edge-agent/spool/spool.ts', 'edge-agent/publisher/deliver.ts'],
        ],
      },
      {
        what: 'its plates are read',
        from: 'recognition/index.ts',
        to: ['recognition/onnx.ts', 'recognition/pictures/raw.ts', 'recognition/sightline/reading.ts'],
      },
      {
        what: 'the matcher judges the read and raises an alert',
        from: 'matcher/main.ts',
        to: [
          ...['broker/follow.ts', 'broker/publish.ts', 'matcher/judge.ts', 'matcher/raise.ts'],
          'matching/evidence.ts',
        ],
      },
      {
        what: 'the api follows alerts',
        from: 'api/alerts/store.ts',
        to: ['broker/follow.ts', 'schemas/alert.ts'],
      },
      {
        what: 'it shows them to who may see them',
        from: 'api/alerts/routes/stream.ts',
        to: ['api/alerts/cover.ts'],
      },
      {
        what: 'the console shows them',
        from: 'console/views/alerts/page.tsx',
        to: [
          ...['console/api/streams/follow.ts', 'console/views/alerts/feed/feed.ts'],
          ...['console/views/alerts/feed-row.tsx', 'console/ui/picture.tsx'],
        ],
      },
    ],
  },
]

/** Statements that import or export from a module, and dynamic imports; without type-only ones. */
const IMPORT =
  /^(?:import|export)\s+(?!type\b)([^'"]*?)\bfrom\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm

/** Whether a list of names, e.g. `{ type A, b }`, contains one that is not a type. */
function hasValue(names: string): boolean {
  const listed = /^\{(.*)\}\s*$/s.exec(names)?.[1]
  return (
    listed === undefined || listed.split(',').some((name) => name.trim() !== '' && !/^\s*type\s/.test(name))
  )
}

/** The project's file that an import names; undefined for code outside the project. */
function fileOf(from: string, named: string): string | undefined {
  const [, folder, rest = 'index'] = /^@sightline\/([\w-]+)(?:\/(.+))?$/.exec(named) ?? []
  const path = folder
    ? `${folder}/${rest}.ts`
    : named.startsWith('.')
      ? normalize(join(dirname(from), named))
      : ''
  return /\.tsx?$/.test(path) && existsSync(join(root, path)) ? path : undefined
}

/** Files from which a file imports more than types. */
export function importsOf(file: string, text: string): string[] {
  const found = [...text.matchAll(IMPORT)].flatMap(([, names, from, later]) => {
    const path = names === undefined || hasValue(names) ? fileOf(file, (from ?? later)!) : undefined
    return path ? [path] : []
  })
  return [...new Set(found)]
}

/**
 * The files that a way passes, station by station.
 * @throws CONFIG_INVALID when a station does not reach one of its ends, because it was moved
 */
export function filesOn({ name, stations }: Way): Map<string, Set<string>> {
  const known = new Map<string, string[]>()
  const imports = (file: string) => {
    const found = known.get(file) ?? importsOf(file, readFileSync(join(root, file), 'utf8'))
    known.set(file, found)
    return found
  }
  return new Map(
    stations.map(({ what, from, to }) => [what, filesBetween({ from, to }, imports, `${name}: ${what}`)]),
  )
}

function filesBetween(
  { from, to }: Pick<Station, 'from' | 'to'>,
  imports: (file: string) => readonly string[],
  where: string,
): Set<string> {
  const users = new Map<string, string[]>([[from, []]])
  // A map's iterator also returns entries added during the iteration.
  for (const [file] of users) {
    for (const used of imports(file)) users.set(used, [...(users.get(used) ?? []), file])
  }
  const on = new Set(to)
  for (const file of on) {
    const by = users.get(file)
    if (!by) {
      throw new SightlineError(
        'CONFIG_INVALID',
        `${where}: no chain of imports leads from ${from} to ${file}`,
        {
          hint: 'Update the file names in cli/docs/ways.ts.',
        },
      )
    }
    for (const user of by) on.add(user)
  }
  return on
}

/** The count of each way as a Markdown table, as in docs/architecture.md. */
export function waysTable(): string {
  const rows = WAYS.map((way) => {
    const files = new Set([...filesOn(way).values()].flatMap((on) => [...on]))
    return `| ${way.name} | ${files.size} | ${way.goal} |`
  })
  return ['| what | files it passes | goal |', '|---|---|---|', ...rows].join('\n')
}
