import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRelease } from '@sightline/cli/release/changelog'
import { type ReleaseParts, release } from '@sightline/cli/release/release'
import { contentToTest, hasPassed, rememberPassed } from '@sightline/cli/release/tested'
import { withVersion } from '@sightline/cli/release/versions'
import { root, version } from '@sightline/runtime/root'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

const DAY = '2026-11-30'
const NEXT = '99.1.0'

const base = mkdtempSync(join(tmpdir(), 'sightline-release-'))
afterAll(() => rmSync(base, { recursive: true }))

/** The checkout of a test. */
let folder: string
let count = 0
const git = (...words: string[]) => execFileSync('git', words, { cwd: folder, encoding: 'utf8' }).trim()
const at = (name: string) => join(folder, name)

/** What a release looks at and changes of what lies here now, in a repository of its own. */
beforeAll(() => {
  folder = join(base, 'template')
  const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    workspaces: string[]
  }
  const manifests = workspaces.map((name) => `${name}/package.json`)
  for (const name of [
    'CHANGELOG.md',
    'README.md',
    'package.json',
    'package-lock.json',
    'docs/api/openapi.json',
    ...manifests,
  ])
    cpSync(join(root, name), at(name))
  writeFileSync(at('.gitignore'), 'dist/\n')
  git('init', '--quiet', '--initial-branch', 'trunk')
  git('config', 'user.name', 'Somebody')
  git('config', 'user.email', 'somebody@agency.example')
  git('add', '.')
  git('commit', '--quiet', '--message', 'What lies here')
  for (const trial of ['tested', 'soaked'] as const)
    rememberPassed(folder, trial, contentToTest(folder), true)
})

beforeEach(() => {
  folder = join(base, `checkout-${count++}`)
  cpSync(join(base, 'template'), folder, { recursive: true })
})

const parts = (other: Partial<ReleaseParts> = {}): ReleaseParts => ({
  folder,
  out: join(folder, 'dist'),
  day: DAY,
  build(out) {
    const archive = join(out, `archive-${versionIn('edge-agent')}.tar.gz`)
    writeFileSync(archive, 'packed')
    return [archive]
  },
  ...other,
})

const versionIn = (name: string) => JSON.parse(readFileSync(at(`${name}/package.json`), 'utf8')).version
const state = () => [git('rev-parse', 'HEAD'), git('tag', '--list'), git('status', '--porcelain')]

describe('a release', () => {
  it('sets the version everywhere, closes the change log, builds with it, commits and tags', () => {
    const { notes } = startRelease(readFileSync(at('CHANGELOG.md'), 'utf8'), NEXT, DAY)
    const before = git('rev-parse', 'HEAD')
    const made = release(NEXT, parts())

    const { workspaces } = JSON.parse(readFileSync(at('package.json'), 'utf8'))
    expect(workspaces.length).toBeGreaterThan(10)
    for (const name of ['.', ...workspaces]) expect([undefined, NEXT], name).toContain(versionIn(name))
    for (const name of ['.', 'runtime', 'edge-agent', 'recognition']) expect(versionIn(name)).toBe(NEXT)
    const lock = JSON.parse(readFileSync(at('package-lock.json'), 'utf8'))
    expect([lock.version, lock.packages[''].version, lock.packages.runtime.version]).toEqual([
      NEXT,
      NEXT,
      NEXT,
    ])
    expect(JSON.parse(readFileSync(at('docs/api/openapi.json'), 'utf8')).info.version).toBe(NEXT)

    const changelog = readFileSync(at('CHANGELOG.md'), 'utf8')
    expect(changelog).toContain(`## Not yet released\n\n## ${NEXT} (${DAY})\n\n${notes}`)

    const [archive, notesFile] = made.files as [string, string]
    expect(archive).toBe(at(`dist/archive-${NEXT}.tar.gz`))
    const text = readFileSync(notesFile, 'utf8')
    expect(text).toContain(notes)
    const sums = /^ {4}[0-9a-f]{64} {2}.*$/gm.exec(text)![0].trim()
    expect(spawnSync('sha256sum', ['--check'], { cwd: at('dist'), input: sums }).status).toBe(0)

    expect(git('rev-parse', `v${NEXT}^{commit}`)).toBe(git('rev-parse', 'HEAD'))
    expect(git('rev-parse', 'HEAD~1')).toBe(before)
    expect(git('status', '--porcelain')).toBe('')
    // Headings of the notes are in the tag: git would take them for comments.
    expect(git('tag', '--list', `v${NEXT}`, '--format', '%(contents)')).toContain(notes)
    expect(git('log', '-1', '--format=%s')).toBe(`Release ${NEXT}`)
  })

  it('does not touch text between the versions', () => {
    for (const [path, text] of withVersion(folder, version))
      expect(text, path).toBe(readFileSync(at(path), 'utf8'))
  })

  it('changes nothing in a dry run', () => {
    const before = state()
    const made = release(NEXT, parts({ isDryRun: true }))
    expect(made).toMatchObject({ tag: `v${NEXT}`, files: [] })
    expect(made.changed).toEqual(expect.arrayContaining(['package.json', 'CHANGELOG.md', 'api/package.json']))
    expect(state()).toEqual(before)
    expect(existsSync(at('dist'))).toBe(false)
  })

  it.each<[string, Partial<ReleaseParts>]>([
    [
      'an archive cannot be built',
      {
        build() {
          throw new Error('the disk is full')
        },
      },
    ],
    ['an archive is not there', { build: () => ['/nowhere/archive.tar.gz'] }],
  ])('is undone when %s', (_what, other) => {
    const before = state()
    expect(() => release(NEXT, parts(other))).toThrow(/disk is full|nowhere/)
    expect(state()).toEqual(before)
  })

  it('is undone when the tag cannot be created', () => {
    const before = state()
    // A folder of tags with that name is in the way.
    git('update-ref', `refs/tags/v${NEXT}/rc`, 'HEAD')
    expect(() => release(NEXT, parts())).toThrow('git tag')
    git('update-ref', '-d', `refs/tags/v${NEXT}/rc`)
    expect(state()).toEqual(before)
  })
})

describe('a release is refused', () => {
  const refused = (wanted: string, code: string, message: string) => {
    const before = state()
    expect(() => release(wanted, parts())).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    )
    expect(state()).toEqual(before)
  }

  it('for an invalid version', () => {
    for (const wanted of [
      '',
      '1',
      '1.2',
      'v99.0.0',
      '99.0',
      '99.0.0.1',
      ' 99.0.0',
      '99.0.0 -f',
      '099.0.0',
      'next',
    ])
      refused(wanted, 'USAGE', 'is not a valid version')
  })
  it('for a version that is not newer', () => {
    for (const wanted of [version, '0.0.9', `${version}-rc.1`]) refused(wanted, 'USAGE', 'is not newer')
  })
  it('for a version that exists', () => {
    git('tag', `v${NEXT}`)
    refused(NEXT, 'PRECONDITION_MISSING', 'the tag v99.1.0 already exists')
  })
  it.each([
    ['a file that is changed', 'README.md'],
    ['a file that git does not track', 'new.ts'],
  ])('beside %s', (_what, name) => {
    writeFileSync(at(name), 'something')
    refused(NEXT, 'PRECONDITION_MISSING', 'differs from the last commit')
  })
  it('outside a branch', () => {
    git('checkout', '--quiet', '--detach')
    refused(NEXT, 'PRECONDITION_MISSING', 'no branch')
  })
  it('when the tests have not passed', () => {
    writeFileSync(at('new.ts'), 'something')
    git('add', 'new.ts')
    git('commit', '--quiet', '--message', 'Something new')
    refused(NEXT, 'PRECONDITION_MISSING', 'has not passed all tests')
    rememberPassed(folder, 'tested', contentToTest(folder), true)
    refused(NEXT, 'PRECONDITION_MISSING', 'has not passed a soak')
    rememberPassed(folder, 'soaked', contentToTest(folder), false)
    refused(NEXT, 'PRECONDITION_MISSING', 'has not passed a soak')
    rememberPassed(folder, 'soaked', contentToTest(folder), true)
    expect(release(NEXT, parts({ isDryRun: true })).tag).toBe(`v${NEXT}`)
  })
  it('when the change log says nothing', () => {
    writeFileSync(
      at('CHANGELOG.md'),
      '# Changelog\n\n## Not yet released\n\n## 0.1.0 (2026-01-01)\n\n- Old\n',
    )
    git('commit', '--quiet', '--all', '--message', 'Nothing new')
    for (const trial of ['tested', 'soaked'] as const)
      rememberPassed(folder, trial, contentToTest(folder), true)
    refused(NEXT, 'PRECONDITION_MISSING', 'has nothing under')
  })
})

describe('the record of a tested tree', () => {
  it('identifies it by its content', () => {
    expect(hasPassed(folder, 'tested')).toBe(true)
    // Another message, the same content.
    git('commit', '--quiet', '--amend', '--message', 'Told better')
    expect(hasPassed(folder, 'tested')).toBe(true)
  })
  it('is removed when a run fails', () => {
    rememberPassed(folder, 'tested', contentToTest(folder), false)
    expect(hasPassed(folder, 'tested')).toBe(false)
  })
  it('does not cover what changed while the tests ran', () => {
    const before = contentToTest(folder)
    rememberPassed(folder, 'tested', before, false)
    writeFileSync(at('new.ts'), 'something')
    rememberPassed(folder, 'tested', before, true)
    rmSync(at('new.ts'))
    expect(hasPassed(folder, 'tested')).toBe(false)
  })
  it('is empty without a repository', () => {
    expect(contentToTest(base)).toBe(null)
    expect(() => rememberPassed(base, 'tested', null, true)).not.toThrow()
  })
})

it('a change log keeps its text, with older versions or without', () => {
  const head = '# Changelog\n\nWhat changed.\n\n## Not yet released\n\n### Added\n- A thing\n'
  expect(startRelease(head, '1.0.0', DAY).text).toBe(
    head.replace('### Added', `## 1.0.0 (${DAY})\n\n### Added`),
  )
  const older = '\n## 0.9.0 (2026-01-01)\n\n- Old\n'
  const { text, notes } = startRelease(head + older, '1.0.0', DAY)
  expect(text).toBe(head.replace('### Added', `## 1.0.0 (${DAY})\n\n### Added`) + older)
  expect(notes).toBe('### Added\n- A thing')
})
