import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { root } from '@sightline/runtime/root'
import fastGlob from 'fast-glob'
import { describe, expect, it } from 'vitest'

const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  workspaces: string[]
}

/** Processes of their own. They meet in the broker and over HTTP, never in code. */
const SERVICES = ['edge-agent', 'matcher', 'vendor-sim', 'api', 'console', 'replay']
/** What may use everything. */
const TOPS = ['cli', 'bench', 'test']

interface Package {
  name: string
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
}

const packageOf = (folder: string): Package =>
  JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))

/** The project's own packages that a folder's package says it uses. */
const ownUsed = (folder: string): string[] =>
  Object.keys({ ...packageOf(folder).dependencies, ...packageOf(folder).devDependencies })
    .filter((name) => name.startsWith('@sightline/'))
    .map((name) => name.slice('@sightline/'.length))

const sources = (folder: string) =>
  fastGlob.sync(`${folder}/**/*.{ts,tsx}`, { cwd: root, ignore: ['**/node_modules/**', '**/dist/**'] })

/** Paths of relative imports, whatever they are written as. */
const RELATIVE = /(?:\bfrom|\bimport|\bimport\()\s*['"](\.{1,2}\/[^'"]+)['"]/g

describe('packages', () => {
  it('are every folder with code', () => {
    const folders = fastGlob
      .sync('*/**/*.{ts,tsx}', { cwd: root, ignore: ['**/node_modules/**', '**/dist/**'] })
      .map((path) => path.split('/')[0]!)
    expect([...new Set(folders)].filter((folder) => !workspaces.includes(folder))).toEqual([])
  })

  it.each(SERVICES)('%s, a service, uses no other service and nothing that uses everything', (folder) => {
    expect(ownUsed(folder).filter((name) => SERVICES.includes(name) || TOPS.includes(name))).toEqual([])
  })

  const libraries = workspaces.filter((folder) => ![...SERVICES, ...TOPS].includes(folder))
  it.each(libraries)('%s, a library, uses libraries alone', (folder) => {
    expect(ownUsed(folder).filter((name) => !libraries.includes(name))).toEqual([])
  })

  it.each(workspaces)('%s reaches into no other by a relative path', (folder) => {
    const outside = sources(folder).flatMap((path) =>
      [...readFileSync(join(root, path), 'utf8').matchAll(RELATIVE)]
        .map(([, to = '']) => relative(join(root, folder), resolve(root, path, '..', to)))
        // Tests of the console look at its views, which are no library.
        .filter((to) => to.startsWith('..') && !(folder === 'test' && to.startsWith('../console/')))
        .map((to) => `${path} → ${to}`),
    )
    expect(outside).toEqual([])
  })

  it.each(workspaces.filter((folder) => !TOPS.includes(folder)))(
    '%s lists nothing of the project that it does not use',
    (folder) => {
      const text = sources(folder)
        .map((path) => readFileSync(join(root, path), 'utf8'))
        .join('\n')
      expect(ownUsed(folder).filter((name) => !text.includes(`@sightline/${name}`))).toEqual([])
    },
  )
})

describe('the linter', () => {
  /** What it says of one file that is planted into a package. */
  function lintOf(folder: string, text: string): string {
    const planted = mkdtempSync(join(root, folder, 'planted-'))
    try {
      mkdirSync(planted, { recursive: true })
      writeFileSync(join(planted, 'wrong.ts'), text)
      const program = join(root, 'node_modules/@biomejs/biome/bin/biome')
      const { stdout, stderr } = spawnSync(process.execPath, [program, 'lint', planted], {
        cwd: root,
        encoding: 'utf8',
      })
      return stdout + stderr
    } finally {
      rmSync(planted, { recursive: true })
    }
  }

  it.each([
    ['matcher', '@sightline/api/app', 'a service that uses a service'],
    ['schemas', '@sightline/broker/connect', 'a library that uses one above it'],
    ['geometry', 'fastify', 'a library of others that the package does not list'],
  ])('refuses in %s an import of %s: %s', (folder, wanted) => {
    const found = lintOf(folder, `import * as it from '${wanted}'\nexport const planted = it\n`)
    expect(found).toContain('noUndeclaredDependencies')
  })

  it('takes one that is listed', () => {
    const found = lintOf(
      'matcher',
      "import * as it from '@sightline/schemas/read'\nexport const planted = it\n",
    )
    expect(found).not.toContain('noUndeclaredDependencies')
  })
})
