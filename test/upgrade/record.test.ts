import { execFile } from 'node:child_process'
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from '@sightline/runtime/root'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../support/broker.ts'
import { INSTALLED, installOlder, OLDER, RECORD } from './older-version.ts'
import { type OlderStores, oneOfEachForm, type Recorded } from './stored.ts'

const run = promisify(execFile)

/**
 * Tests of the older version, and what each shows of what it stores. None of these puts anything malformed into the streams
 * named beside it.
 */
const SHOWN: Record<string, readonly string[]> = {
  'api/access/flow': ['KV_MAIL', 'KV_ACCESS', 'KV_PEOPLE', 'AUDIT'],
  'api/displays/life': ['KV_DISPLAYS', 'AUDIT'],
  'api/cases/saved': [
    'KV_SAVED',
    'KV_DISSEMINATIONS',
    'KV_LOOKOUTS',
    'KV_QUERY_CACHE',
    'AUDIT_CHECKPOINTS',
    'AUDIT',
  ],
  'api/history/cursors': ['KV_QUERY_CACHE'],
  'api/cases/cases': ['KV_PRODUCTS', 'KV_CASES', 'AUDIT'],
  'api/cases/notices': ['KV_LOOKOUTS', 'KV_PRODUCTS', 'KV_MAIL'],
  'api/cases/products': ['KV_PRODUCTS'],
  'api/alerts/life': [
    'KV_DELIVERIES',
    'KV_DISSEMINATIONS',
    'KV_LOOKOUTS',
    'KV_PICTURE_VIEWS',
    'KV_ALERT_WORK',
    'AUDIT',
  ],
  'api/alerts/looked': ['KV_PICTURE_VIEWS'],
  'api/sign-on/sign-on': ['KV_TRIES', 'KV_SESSIONS', 'KV_PEOPLE', 'AUDIT'],
  'api/oversight/routes': ['KV_AUDIT_REVIEWS', 'KV_MISUSE_SETTINGS'],
  'matcher/service': ['REJECTS', 'KV_LEASES'],
  'matcher/partitions': ['KV_LEASES'],
}

// For whoever changes what is recorded: it installs the older version, and runs its tests.
test.runIf(RECORD)(
  'records what the older version stores in its own tests',
  { timeout: 900_000 },
  async () => {
    const folder = await temporaryFolder()
    try {
      const program = INSTALLED ?? (await installOlder(join(folder.path, 'older')))
      const older = join(program, '../../..')
      const embedded = join(older, 'broker/embedded.ts')
      const source = await readFile(embedded, 'utf8')
      const before = 'export async function startEmbeddedBroker('
      if (!source.includes('recordAtStop')) {
        expect(source).toContain(before)
        const after = `import { recordAtStop } from './record-hook.ts'
export const startEmbeddedBroker = async (options: EmbeddedOptions) => recordAtStop(await startIt(options))
`
        await writeFile(embedded, `${source.replace(before, 'async function startIt(')}\n${after}`)
      }
      for (const name of ['stored.ts', 'record-hook.ts'])
        await copyFile(join(root, 'test/upgrade', name), join(older, 'broker', name))
      const schemas: Record<string, unknown> = {}
      for (const name of await readdir(join(older, 'docs/api'))) {
        const [, form] = /^(?!vendor-|held-)(.+)-1\.schema\.json$/.exec(name) ?? []
        if (form)
          schemas[form] = JSON.parse(await readFile(join(older, 'docs/api', name), 'utf8'), withoutWords)
      }
      const { stdout } = await run('node', ['--input-type=module', '--eval', DECLARATIONS], { cwd: older })
      const streams = JSON.parse(stdout)
      await writeFile(
        join(RECORD!, 'schemas-2026-11-30.json'),
        `${JSON.stringify({ version: OLDER, schemas, streams }, null, 1)}\n`,
      )
      const known = new Set<string>()
      const stores: OlderStores['stores'][number][] = []
      const declared = new Set<string>()
      for (const [name, streams] of Object.entries(SHOWN)) {
        const to = join(folder.path, `${name.replaceAll('/', '-')}.ndjson`)
        await writeFile(to, '')
        const env = { ...process.env, SIGHTLINE_RECORD_TO: to }
        await run('npx', ['vitest', 'run', `test/${name}.test.ts`], { cwd: older, env })
        for (const line of (await readFile(to, 'utf8')).split('\n').filter((one) => one !== '')) {
          const recorded = JSON.parse(line) as Recorded
          for (const one of recorded.declared) declared.add(one)
          const wanted = recorded.messages.filter(({ stream }) => streams.includes(stream))
          const messages = oneOfEachForm(wanted, known)
          if (messages.length > 0) stores.push({ seal: recorded.seal, messages })
        }
      }
      const found: OlderStores = { version: OLDER, declared: [...declared].sort(), stores }
      await writeFile(join(RECORD!, 'stored-by-tests-2026-11-30.json'), `${JSON.stringify(found, null, 1)}\n`)
    } finally {
      await folder.remove()
    }
  },
)

/** Says how that version declares its streams on a broker of its own. */
const DECLARATIONS = `
import { streamDeclarations } from './schemas/dist/stream-declarations.js'
import { EMBEDDED_SIZE } from './schemas/dist/streams.js'
console.log(JSON.stringify(streamDeclarations(EMBEDDED_SIZE)))`

/** What a schema says to people: a property of that name is no text. */
const withoutWords = (name: string, value: unknown) =>
  ['$id', 'title', 'description', 'examples'].includes(name) &&
  (typeof value === 'string' || Array.isArray(value))
    ? undefined
    : value
