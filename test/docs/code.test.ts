// cspell:ignore dmeo confg plattform
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseVendors } from '@sightline/api/federation/vendors-file'
import { parseConfig } from '@sightline/edge-agent/config/parse'
import { root } from '@sightline/runtime/root'
import { CATALOG } from '@sightline/schemas/catalog'
import { createParser } from '@sightline/schemas/message'
import { recipientsParser } from '@sightline/schemas/recipient'
import fastGlob from 'fast-glob'
import { describe, expect, it } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { faultOf, linesIn } from './command-lines.ts'
import { type CodeBlock, pageOf, readPage } from './markdown.ts'

const IGNORED = ['**/node_modules/**', '**/dist{,-*}/**', 'data/**', '**/.venv/**', 'training/checkpoints/**']
const find = (pattern: string) => fastGlob.sync(pattern, { cwd: root, dot: true, ignore: IGNORED }).sort()
const pages = find('**/*.md').map((file) => ({ file, ...readPage(file) }))

/** What a block may say that it is of, behind its language: messages by their names in docs/api, and files that people write. */
const READERS: Record<string, (text: string) => unknown> = {
  ...Object.fromEntries(
    CATALOG.map(({ name, schema }) => [
      name,
      (text: string) => createParser(name, schema).parse(parseYaml(text)),
    ]),
  ),
  edge: (text) => parseConfig(text, 'edge.yaml'),
  vendors: (text) => parseVendors(text, 'vendors.yaml'),
  recipients: (text) => recipientsParser.parse(parseYaml(text)),
  // Another program's: YAML at least.
  'home-assistant': parseYaml,
}

/** `…` stands for a part that is different for everybody. */
const filled = (text: string): string => text.replaceAll('…', 'A'.repeat(44))

/** @returns what is wrong with a block of data, or null */
function dataFault({ language, of, text }: CodeBlock): string | null {
  if (language !== 'json' && language !== 'yaml') return null
  try {
    if (language === 'json') JSON.parse(text)
    // What people copy into a file is of one that the program reads.
    if (language === 'yaml' && of === '') return 'names no schema: write it behind the language'
    if (of !== '' && !Object.hasOwn(READERS, of)) return `there is no schema ${of}`
    READERS[of]?.(filled(text))
    return null
  } catch (error) {
    return (error as Error).message
  }
}

const PROGRAM = join(root, 'node_modules/typescript/bin/tsc')

/** Compiles pieces of TypeScript, each as a module. @returns what the compiler says, empty when all is well */
function compiled(pieces: readonly string[]): string {
  const folder = mkdtempSync(join(root, 'test', 'docs-code-'))
  try {
    const settings = {
      extends: '../../tsconfig.json',
      include: ['*.ts'],
      compilerOptions: { noUnusedLocals: false },
    }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings))
    for (const [n, piece] of pieces.entries()) writeFileSync(join(folder, `${n}.ts`), `${piece}\nexport {}\n`)
    return spawnSync(process.execPath, [PROGRAM, '-p', folder], { cwd: root, encoding: 'utf8' }).stdout
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('code in the documents', () => {
  const blocks = pages.flatMap(({ file, blocks }) => blocks.map((block) => ({ file, block })))

  it('is data that the program accepts: JSON and YAML', () => {
    const data = blocks.filter(({ block }) => ['json', 'yaml'].includes(block.language))
    expect(data.length).toBeGreaterThan(2)
    const faults = data.flatMap(({ file, block }) => {
      const fault = dataFault(block)
      return fault === null ? [] : [`${file}: ${fault}`]
    })
    expect(faults).toEqual([])
  })

  it('is TypeScript that compiles', { timeout: 120_000 }, () => {
    const pieces = blocks.filter(({ block }) => block.language === 'ts').map(({ block }) => block.text)
    expect(pieces.length).toBeGreaterThan(0)
    expect(compiled(pieces)).toBe('')
  })

  it('has a language that highlighters know', () => {
    const known = ['', 'json', 'yaml', 'ts', 'mermaid']
    expect(blocks.filter(({ block }) => !known.includes(block.language)).map(({ file }) => file)).toEqual([])
  })
})

describe('commands that people are told to type', { timeout: 120_000 }, () => {
  const texts = [
    ...pages.map(({ file, blocks, words }) => ({
      file,
      text: [...blocks.map(({ text }) => text), ...words].join('\n'),
    })),
    // Hints of errors, examples of commands, pipelines and units.
    ...find(
      '{*/**/*.{ts,tsx,mjs,sh,service,yml,yaml,conf},.github/**/*.yml,docker-compose.yml,Dockerfile,.ci/*}',
    )
      .filter((file) => !file.startsWith('test/'))
      .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') })),
  ]
  it('have subcommands and options that exist', async () => {
    const lines = texts.flatMap(({ file, text }) => linesIn(text).map((words) => ({ file, words })))
    expect(lines.length).toBeGreaterThan(200)
    const faults: string[] = []
    for (const { file, words } of lines) {
      const fault = await faultOf(words)
      if (fault !== null) faults.push(`${file}: ./sightline ${words.join(' ')}: ${fault}`)
    }
    expect(faults).toEqual([])
  })

  it('are scripts of package.json that exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object }
    const named = texts.flatMap(({ file, text }) =>
      [...text.matchAll(/npm run ([\w:-]+)(?![\w:-])(?! -w)/g)].map(([, name]) => [file, name!]),
    )
    expect(named.filter(([, name]) => !Object.hasOwn(scripts, name!))).toEqual([])
  })
})

describe('planted faults', { timeout: 120_000 }, () => {
  const block = (markdown: string) => pageOf(markdown).blocks[0]!

  it.each([
    ['```json\n{ "a": }\n```', /JSON/],
    ['```json read-9\n{}\n```', /no schema read-9/],
    ['```json read-1\n{ "v": 1 }\n```', /not a valid read-1/],
    ['```yaml\na: 1\n```', /names no schema/],
    ['```yaml edge\ncameras:\n  - id: gate 1\n```', /edge\.yaml/],
    ['```yaml edge\ncameras: [\n```', /edge\.yaml/],
    ['```yaml vendors\nvendors:\n  - id: sim\n```', /vendors\.yaml/],
    [
      '```json recipients\n{ "recipients": [{ "id": "a", "name": "A", "to": { "url": "x", "secret": "short" } }] }\n```',
      /recipients/,
    ],
  ])('are found in data: %s', (markdown, fault) => {
    expect(dataFault(block(markdown))).toMatch(fault)
  })

  it('are found in TypeScript', () => {
    const wrong =
      "import { createEngine } from '@sightline/recognition'\nconst engine: number = await createEngine('x')"
    expect(compiled([wrong])).toMatch(/error TS2322/)
    expect(compiled(["import { nothing } from '@sightline/recognition'\nnothing()"])).toMatch(
      /has no exported member/,
    )
  })

  it.each([
    ['./sightline dmeo', 'there is no subcommand dmeo'],
    ['run `./sightline demo --prot 8080`', 'demo has no option --prot'],
    ['./sightline broker start', 'broker has no subcommand start'],
    ['    ./sightline edge run --confg edge.yaml', 'run has no option --confg'],
    ['./sightline bench speed --json', 'there is no benchmark speed'],
    ['./sightline bench read --sheet x', 'read has no option --sheet'],
    ['./sightline pack edge --out=dist --plattform=x', 'edge has no option --plattform'],
  ])('are found in commands: %s', async (text, fault) => {
    expect(await faultOf(linesIn(text)[0]!)).toBe(fault)
  })

  it.each([
    './sightline',
    './sightline COMMAND --help',
    './sightline bench NAME --help',
    './sightline demo --for 60s --json',
    './sightline read --json a.jpg > x',
    'See ./sightline docs.',
  ])('are not found where there is none: %s', async (text) => {
    expect(await faultOf(linesIn(text)[0]!)).toBe(null)
  })
})
