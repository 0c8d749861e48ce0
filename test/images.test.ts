import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '@sightline/runtime/root'
import { describe, expect, it } from 'vitest'

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const dockerfile = read('Dockerfile')
const { workspaces } = JSON.parse(read('package.json')) as { workspaces: string[] }

/** Whether a build of the image does not see a file: of the lines that match it or a folder above it the last counts. */
function isIgnored(path: string, ignore: string): boolean {
  const folders = path.split('/').map((_, n, parts) => parts.slice(0, n + 1).join('/'))
  const lines = ignore.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return lines.reduce((ignored, line) => {
    const pattern = line
      .replace(/^!/, '')
      .replaceAll('.', '\\.')
      .replaceAll('**/', '(.+/)?')
      .replace(/(?<!\.)\*/g, '[^/]*')
    const matches = folders.some((folder) => new RegExp(`^${pattern}$`).test(folder))
    return matches ? !line.startsWith('!') : ignored
  }, false)
}

describe('the image', () => {
  const copied = [...dockerfile.matchAll(/^COPY (.+)\/package\.json \1\/$/gm)].map(([, folder]) => folder)

  it('is installed from the manifests of all packages', () => {
    expect(copied).toEqual(workspaces)
  })

  it('receives these manifests, and neither what was installed here nor keys', () => {
    const ignore = read('.dockerignore')
    const manifests = workspaces.map((folder) => `${folder}/package.json`)
    expect([...manifests, 'package-lock.json'].filter((path) => isIgnored(path, ignore))).toEqual([])
    const unwanted = [
      'node_modules/a/b.js',
      'console/node_modules/a/b.js',
      'api/dist/main.js',
      'data/demo/keys/api',
      '.git/config',
      'test/api/app.test.ts',
      'docs/site/node_modules/a.js',
    ]
    expect(unwanted.filter((path) => !isIgnored(path, ignore))).toEqual([])
    expect(isIgnored('test/package.json', 'test\n')).toBe(true)
  })
})

describe('the version of Node.js', () => {
  it('has the same minimum in every package', () => {
    for (const folder of ['.', ...workspaces, 'docs/site']) {
      const { engines } = JSON.parse(read(`${folder}/package.json`)) as { engines?: { node: string } }
      if (engines) expect([folder, engines.node]).toEqual([folder, '>=20.20'])
    }
    expect(read('cli/bootstrap.mjs')).toContain('needs version 20.20')
    expect(read('.github/workflows/ci.yml')).toContain("'20.20'")
  })

  it('is the recommended one in every image', () => {
    const [, recommended] = /Node 20\.20 or newer \((\d+), which the images have/.exec(read('README.md'))!
    const images = [dockerfile, read('.devcontainer/devcontainer.json')]
    const majors = images.flatMap((text) =>
      [...text.matchAll(/\b(?:FROM node|javascript-node):(\d+)/g)].map(([, major]) => major),
    )
    expect(majors.length).toBeGreaterThanOrEqual(3)
    expect(new Set(majors)).toEqual(new Set([recommended]))
  })
})
