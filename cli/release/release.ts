import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { SightlineError } from '@sightline/schemas/errors'
import { gt, valid } from 'semver'
import { startRelease } from './changelog.ts'
import { gitOf, isClean } from './git.ts'
import { hasPassed } from './tested.ts'
import { withVersion } from './versions.ts'

export interface ReleaseParts {
  /** The checkout. */
  folder: string
  /** Folder for archives and notes. */
  out: string
  /** ISO 8601, e.g. `2026-11-30`. */
  day: string
  /** Builds the archives of the checkout. @returns their paths */
  build(out: string): string[]
  isDryRun?: boolean
}

export interface Release {
  tag: string
  /** Paths of the files with the version, from the root. */
  changed: string[]
  notes: string
  /** Paths of archives and notes; empty for a dry run. */
  files: string[]
}

/**
 * Makes a release of a tested checkout: version, change log, archives, notes, commit and tag. It does all or nothing:
 * when a step fails, everything written is undone. It does not push.
 * @throws USAGE for an invalid or older version; PRECONDITION_MISSING when the checkout is not ready
 */
export function release(version: string, { folder, out, day, build, isDryRun }: ReleaseParts): Release {
  const git = gitOf(folder)
  const tag = `v${version}`
  const old = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version as string
  checkVersion(version, old)
  if (git('tag', '--list', tag) !== '')
    throw notReady(`the tag ${tag} already exists`, 'Choose a newer version.')
  if (!isClean(git))
    throw notReady('the working tree differs from the last commit', 'Commit or stash, then try again.')
  if (git('branch', '--show-current') === '')
    throw notReady('no branch is checked out', 'Check out the branch to release.')
  if (!hasPassed(folder, 'tested'))
    throw notReady('this content has not passed all tests', 'Run ./sightline test without a filter first.')
  if (!hasPassed(folder, 'soaked'))
    throw notReady('this content has not passed a soak of 20 minutes', 'Run ./sightline soak first.')
  const { text, notes } = startRelease(readFileSync(join(folder, 'CHANGELOG.md'), 'utf8'), version, day)
  const changed = withVersion(folder, version).set('CHANGELOG.md', text)
  const paths = [...changed.keys()]
  if (isDryRun) return { tag, changed: paths, notes, files: [] }
  const before = git('rev-parse', 'HEAD')
  try {
    for (const [path, content] of changed) writeFileSync(join(folder, path), content)
    mkdirSync(resolve(out), { recursive: true })
    const archives = build(resolve(out))
    const file = join(resolve(out), `sightline-${version}-notes.md`)
    const message = `Release ${version}\n\n${notes}\n`
    writeFileSync(file, `# Sightline ${version}\n\n${notes}\n\n## Archives\n\n${checksums(archives)}\n`)
    git('commit', '--quiet', '--only', '--cleanup=verbatim', '--message', message, '--', ...paths)
    // Keeps lines of the notes that begin with #: they are headings, not comments.
    git('tag', '--annotate', '--cleanup=verbatim', '--message', message, tag)
    return { tag, changed: paths, notes, files: [...archives, file] }
  } catch (error) {
    git('reset', '--quiet', '--hard', before)
    throw error
  }
}

function checkVersion(version: string, old: string): void {
  const hint = `Give a version newer than ${old} as MAJOR.MINOR.PATCH, e.g. 1.4.0 or 1.4.0-rc.1 (semver.org).`
  if (valid(version) !== version)
    throw new SightlineError('USAGE', `${version} is not a valid version`, { hint })
  if (!gt(version, old)) throw new SightlineError('USAGE', `${version} is not newer than ${old}`, { hint })
}

const notReady = (message: string, hint: string): SightlineError =>
  new SightlineError('PRECONDITION_MISSING', message, { hint })

/** One line per file, as `sha256sum --check` reads it. */
function checksums(files: readonly string[]): string {
  const lines = files.map((file) => {
    const sum = createHash('sha256').update(readFileSync(file)).digest('hex')
    return `    ${sum}  ${basename(file)}`
  })
  return ['SHA-256:', '', ...lines].join('\n')
}
