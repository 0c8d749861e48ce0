import { existsSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { root } from '@sightline/runtime/root'
import fastGlob from 'fast-glob'
import { describe, expect, it } from 'vitest'
import { type Page, pageOf, readPage } from './docs/markdown.ts'

const IGNORED = [
  '**/node_modules/**',
  '**/dist/**',
  'data/**',
  'training/checkpoints/**',
  '**/.venv/**',
  '.git/**',
]
/** Written by a command, with the tests of the run that it is of. */
const WRITTEN = ['docs/compliance.md']
const files = await fastGlob('**/*', { cwd: root, dot: true, ignore: IGNORED })
const names = new Set(files.map((file) => basename(file)))
const texts = files.filter((file) => file.endsWith('.md') && !WRITTEN.includes(file))

const pages = new Map<string, Page>()
const pageAt = (file: string): Page => {
  const page = pages.get(file) ?? readPage(file)
  pages.set(file, page)
  return page
}

/** Links of a page that lead nowhere: a file or folder that is not there, or a place in a page that it does not have. */
function brokenLinks(file: string, page: Page): string[] {
  return page.links.filter((link) => {
    if (/^(https?|mailto):/.test(link)) return false
    const [path = '', anchor = ''] = link.split('#')
    const target = join(dirname(file), decodeURIComponent(path))
    if (path !== '' && !existsSync(join(root, target))) return true
    if (anchor === '') return false
    const there = path === '' ? page : target.endsWith('.md') ? pageAt(target) : null
    return !there?.anchors.has(anchor)
  })
}

/** What stands as code in a text and is one word, without the number of a line. */
const codeIn = (text: string): string[] =>
  [...text.replaceAll(/```[\s\S]*?```/g, '').matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!)

const isFolder = (path: string): boolean => existsSync(path) && statSync(path).isDirectory()

/** Whether a word of code names a file of the repository that is not there. */
function isMissing(code: string, from: string): boolean {
  if (!/^\.{0,2}[\w-][\w./-]*$/.test(code) || code.startsWith('/')) return false
  const places = [join(root, dirname(from)), root]
  if (!code.includes('/')) return /^[\w.-]+\.(ts|tsx|mjs|py|md|sh|css)$/.test(code) && !names.has(code)
  const [first = ''] = code.split('/')
  // What begins with no folder of ours is a route, a subject, a package, a folder that is made when it is needed.
  if (!places.some((place) => isFolder(join(place, first)))) return false
  const isIgnored = (path: string) => IGNORED.some((ignored) => path.startsWith(ignored.replace('**', '')))
  if (isIgnored(code) || isIgnored(join(dirname(from), code))) return false
  return !places.some((place) => existsSync(join(place, code)))
}

describe('in the documents,', () => {
  it('all links lead somewhere', () => {
    expect(texts.length).toBeGreaterThan(30)
    const broken = texts.flatMap((file) => brokenLinks(file, pageAt(file)).map((link) => `${file}: ${link}`))
    expect(broken).toEqual([])
  })

  it.each([
    ['[a](nothing.md)', ['nothing.md']],
    ['[a](README.md#nowhere)', ['README.md#nowhere']],
    ['# Here\n[a](#here) [b](#there)', ['#there']],
    ['## Two `words`, and more\n[a](#two-words-and-more)', []],
    ['## Same\n## Same\n[a](#same-1) [b](#same-2)', ['#same-2']],
    ['[a](docs/architecture.md "why") [b](docs/) ![c](docs/nothing.png)', ['docs/nothing.png']],
    ['[a][b]\n\n[b]: docs/nothing.md', ['docs/nothing.md']],
    ['[a](package.json#name)', ['package.json#name']],
    ['[a](https://example.org/nothing)', []],
  ])('links of %j are found', (markdown, broken) => {
    expect(brokenLinks('planted.md', pageOf(markdown))).toEqual(broken)
  })

  it('all files and folders exist', () => {
    const missing = texts.flatMap((file) =>
      codeIn(readFileSync(join(root, file), 'utf8'))
        .filter((code) => isMissing(code, file))
        .map((code) => `${file}: ${code}`),
    )
    expect(missing).toEqual([])
  })

  it('a name of something missing is noticed', () => {
    expect(
      ['alerts/follow.ts', 'alerts/store.ts', 'access/', 'nothing.ts'].map((code) =>
        isMissing(code, 'api/README.md'),
      ),
    ).toEqual([true, false, false, true])
    expect(
      ['v1/alerts', 'alerts.display', 'application/json'].map((code) => isMissing(code, 'docs/alerts.md')),
    ).toEqual([false, false, false])
  })
})
