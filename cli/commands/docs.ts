import { execFileSync, spawnSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { openApiDocument } from '@sightline/api/app'
import { printLine } from '@sightline/runtime/command-line/output'
import { requireProgram } from '@sightline/runtime/program'
import { root } from '@sightline/runtime/root'
import { CATALOG } from '@sightline/schemas/catalog'
import { several } from '@sightline/schemas/several'
import { Command, InvalidArgumentError } from 'commander'
import { buildSite } from '../docs/site.ts'
import { filesOn, WAYS, waysTable } from '../docs/ways.ts'

/** Lists of plain values, as JSON.stringify breaks them. */
const PLAIN = /"(?:[^"\\]|\\.)*"|[-\d.e+]+|true|false|null/.source
const PLAIN_LIST = new RegExp(`\\[\\n\\s+((?:${PLAIN})(?:,\\n\\s+(?:${PLAIN}))*)\\n\\s+\\]`, 'g')
const WIDTH = 120

/** JSON for reading: a short list of plain values is on one line. */
const json = (value: unknown) =>
  `${JSON.stringify(value, null, 2).replace(PLAIN_LIST, (broken, values: string) => {
    const line = `[${values.replaceAll(/,\n\s+/g, ', ')}]`
    return line.length <= WIDTH ? line : broken
  })}\n`

/** The API reference: file name → text. A pure function of the schemas. */
export async function reference(): Promise<Map<string, string>> {
  const files = new Map<string, string>()
  files.set('openapi.json', json(await openApiDocument()))
  for (const { name, schema } of CATALOG) files.set(`${name}.schema.json`, json(schema))
  const rows = CATALOG.map(({ name, where }) => `| [${name}](${name}.schema.json) | ${where} |`)
  files.set(
    'README.md',
    `# API reference

Written by \`./sightline docs\` from \`schemas/\` and the api's routes; do not edit.

- [openapi.json](openapi.json): the agency's api (OpenAPI 3.1). A running api shows it to people at \`/reference\`; a simulated vendor, too

| message | where |
|---|---|
${rows.join('\n')}
`,
  )
  return files
}

/** File of the console's types. */
export const CLIENT_TYPES = join(root, 'console/api/types.d.ts')

/**
 * Writes the types of the console's client, a pure function of the OpenAPI document. The generator needs its own
 * version of TypeScript, so it is a package of console/ and runs as a program.
 */
export function writeClientTypes(to: string): void {
  const program = join(root, 'console/node_modules/openapi-typescript/bin/cli.js')
  const document = join(root, 'docs/api/openapi.json')
  execFileSync(process.execPath, [program, document, '--default-non-nullable', 'false', '--output', to], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

interface DocsOptions {
  out?: string
  console?: true
  ways?: true
  files?: true
  site?: true
  size: string
}

function windowSize(text: string): string {
  if (/^[1-9]\d{2,3}x[1-9]\d{2,3}$/.test(text)) return text
  throw new InvalidArgumentError('Give width and height in pixels, e.g. 1280x720.')
}

const waysText = () =>
  WAYS.flatMap((way) => [
    way.name,
    ...[...filesOn(way)].flatMap(([what, files]) => [
      `  ${what}`,
      ...[...files].sort().map((file) => `    ${file}`),
    ]),
  ]).join('\n')

export function command(): Command {
  return new Command('docs')
    .description('Writes the API reference (OpenAPI document, JSON Schema of each message) from the schemas')
    .option(
      '--out <folder>',
      'where to write; docs/api, with --console docs/console, with --site docs/site/dist',
    )
    .option('--site', 'instead, make all documents a site for a browser; it needs no network')
    .option(
      '--console',
      'instead, take pictures of each view of the console in both themes (about two minutes)',
    )
    .option('--ways', 'print how many files a display, a search and a frame touch (docs/architecture.md)')
    .option('--files', 'with --ways: name them, step by step')
    .option('--size <pixels>', 'of the pictures: width x height of the window', windowSize, '1280x720')
    .action(async ({ out: folder, console, ways, files: named, site, size }: DocsOptions) => {
      if (ways) {
        printLine(named ? waysText() : waysTable())
        return
      }
      const out = folder ?? join(root, console ? 'docs/console' : site ? 'docs/site/dist' : 'docs/api')
      if (site) {
        buildSite(resolve(out))
        printLine(`wrote the site to ${out}; any web server can serve it`)
        return
      }
      if (console) {
        if (!drawScreenshots(resolve(out), size)) process.exitCode = 1
        return
      }
      await mkdir(out, { recursive: true })
      const files = await reference()
      for (const [name, text] of files) await writeFile(join(out, name), text)
      writeClientTypes(CLIENT_TYPES)
      printLine(`wrote ${several(files.size, 'file')} to ${out}, and the types of the console's client`)
    })
    .addHelpText(
      'after',
      `
Examples:
  ./sightline docs             after a change to a schema or a route
  ./sightline docs --ways      after files were moved, merged or split
  ./sightline docs --site      the documents as a site, in docs/site/dist
  ./sightline docs --console   after a change to how the console looks
  ./sightline docs --console --size 768x1024 --out /tmp/tablet`,
    )
}

/**
 * Takes the console's screenshots. The code that fills the system with believable data and drives the browser belongs
 * to the tests, so a test does it (test/console/screenshots.test.ts, otherwise skipped).
 * @param size of the window in CSS pixels, e.g. `1280x720`
 * @returns whether all were taken
 * @throws PROGRAM_MISSING without Chromium: the test would be skipped, and nothing taken
 */
function drawScreenshots(folder: string, size: string): boolean {
  requireProgram('chromium')
  const program = join(root, 'node_modules/vitest/vitest.mjs')
  const { status } = spawnSync(process.execPath, [program, 'run', 'test/console/screenshots.test.ts'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, SIGHTLINE_SCREENSHOTS: folder, SIGHTLINE_SCREENSHOTS_SIZE: size },
  })
  return status === 0
}
