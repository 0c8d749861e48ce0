import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { note } from '@sightline/runtime/command-line/output'
import { root } from '@sightline/runtime/root'
import { SightlineError } from '@sightline/schemas/errors'
import fastGlob from 'fast-glob'

const SITE = join(root, 'docs/site')

/** Pages, and the files they show or link to. */
const PAGES = ['**/*.md', 'docs/**/*.{png,jpg}', 'models/*.png', 'docs/api/*.json']
const NO_PAGES = ['**/node_modules/**', '**/dist/**', '**/.venv/**', 'data/**', 'docs/site/**', '.*/**']

/**
 * Builds the documents as a site (docs/site/, VitePress). Its packages are installed at the first use, because nothing
 * else needs them.
 * @param out folder of the site
 * @throws PROGRAM_MISSING when they cannot be installed; CHECK_FAILED when it cannot be built, as with a dead link
 */
export function buildSite(out: string): void {
  install()
  const pages = join(SITE, 'pages')
  rmSync(pages, { recursive: true, force: true })
  for (const file of fastGlob.sync(PAGES, { cwd: root, ignore: NO_PAGES })) stage(file, pages)
  const program = join(SITE, 'node_modules/vitepress/bin/vitepress.js')
  const { status } = spawnSync(process.execPath, [program, 'build', SITE, '--outDir', out], {
    cwd: SITE,
    stdio: ['ignore', 2, 2],
  })
  rmSync(pages, { recursive: true, force: true })
  if (status !== 0) {
    throw new SightlineError('CHECK_FAILED', 'cannot build the site', {
      hint: 'The reason is above. A dead link is listed with its page.',
    })
  }
}

/** Copies a file to where VitePress finds it. The page of a folder is its README, and links point there. */
function stage(file: string, pages: string): void {
  const to = join(pages, file.replace(/(^|\/)README\.md$/, '$1index.md'))
  mkdirSync(dirname(to), { recursive: true })
  if (!file.endsWith('.md')) cpSync(join(root, file), to)
  else {
    const text = readFileSync(join(root, file), 'utf8')
    writeFileSync(to, text.replaceAll(/(\]\((?!\w+:)[^)\s]*?)README\.md/g, '$1index.md'))
  }
}

function install(): void {
  const lock = createHash('sha256')
    .update(readFileSync(join(SITE, 'package-lock.json')))
    .digest('hex')
  const mark = join(SITE, 'node_modules/.sightline-lock')
  if (existsSync(mark) && readFileSync(mark, 'utf8') === lock) return
  note('installing VitePress and Mermaid (first time, about a minute, 260 MB) …')
  const words = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const { status, error } = spawnSync('npm', words, { cwd: SITE, stdio: ['ignore', 2, 2] })
  if (status !== 0) {
    throw new SightlineError(
      'PROGRAM_MISSING',
      `npm could not install the packages for the site: ${error?.message ?? status}`,
      {
        hint: "Packages come from the npm registry or from npm's cache. Check that one of them can be reached.",
      },
    )
  }
  writeFileSync(mark, lock)
}
