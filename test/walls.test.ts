import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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

  it.each(SERVICES)('%s, a service, uses no other service and nothing that may use everything', (folder) => {
    expect(ownUsed(folder).filter((name) => SERVICES.includes(name) || TOPS.includes(name))).toEqual([])
  })

  const libraries = workspaces.filter((folder) => ![...SERVICES, ...TOPS].includes(folder))
  it.each(libraries)('%s, a library, uses only libraries', (folder) => {
    expect(ownUsed(folder).filter((name) => !libraries.includes(name))).toEqual([])
  })

  it.each(workspaces)('%s imports from no other package by a relative path', (folder) => {
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
    '%s lists no package of the project that it does not use',
    (folder) => {
      const text = sources(folder)
        .map((path) => readFileSync(join(root, path), 'utf8'))
        .join('\n')
      expect(ownUsed(folder).filter((name) => !text.includes(`@sightline/${name}`))).toEqual([])
    },
  )
})

describe('the linter', () => {
  /** Planted into packages: which package, and what it imports. */
  const WRONG = [
    // A service that uses a service.
    ['matcher', '@sightline/api/app'],
    // A library that uses one above it.
    ['schemas', '@sightline/broker/connect'],
    // A library of others that the package does not list.
    ['geometry', 'fastify'],
  ] as const
  const RIGHT = ['matcher', '@sightline/schemas/read'] as const

  /** What it says of files that are planted into packages, one run for all. @returns the places it refuses an import at */
  const refused = (): string[] => {
    const planted = [...WRONG, RIGHT].map(([folder, wanted]) => {
      const place = mkdtempSync(join(root, folder, 'planted-'))
      writeFileSync(join(place, 'file.ts'), `import * as it from '${wanted}'\nexport const planted = it\n`)
      return { place, at: `${relative(root, place)}/file.ts`, wanted }
    })
    try {
      const program = join(root, 'node_modules/@biomejs/biome/bin/biome')
      const words = [program, 'lint', '--colors=off', ...planted.map(({ place }) => place)]
      const { stdout, stderr } = spawnSync(process.execPath, words, { cwd: root, encoding: 'utf8' })
      expect(stdout + stderr).toContain('4 files')
      const places = (stdout + stderr).split('\n').filter((line) => line.includes('noUndeclaredDependencies'))
      return planted
        .filter(({ at }) => places.some((line) => line.includes(at)))
        .map(({ at, wanted }) => `${at.split('/')[0]}: ${wanted}`)
    } finally {
      for (const { place } of planted) rmSync(place, { recursive: true })
    }
  }

  it('refuses an import across a wall or of an unlisted package, and accepts an allowed one', () => {
    expect(refused()).toEqual(WRONG.map(([folder, wanted]) => `${folder}: ${wanted}`))
  })
})
