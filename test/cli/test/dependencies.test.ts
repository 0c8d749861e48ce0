import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { auditReport, lockReport } from '@sightline/cli/test/dependencies'
import { root } from '@sightline/runtime/root'
import { describe, expect, it } from 'vitest'

describe('the lock file', () => {
  const sha = 'sha512-abc=='

  it('of this checkout has a checksum for every package, all from the registry', () => {
    const { faults, lines } = lockReport(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')))
    expect(faults).toEqual([])
    expect(lines[0]).toMatch(/^dependencies: \d{3,} packages/)
  })

  it.each([
    ['no checksum', { version: '1.0.0' }],
    ['a weak checksum', { integrity: 'sha1-abc' }],
    ['another registry', { integrity: sha, resolved: 'https://registry.evil.example/a.tgz' }],
    ['a repository', { integrity: sha, resolved: 'git+ssh://git@github.com/a/b.git#1' }],
    ['an address without TLS', { integrity: sha, resolved: 'http://registry.npmjs.org/a.tgz' }],
  ])('is at fault when a package has %s', (_, entry) => {
    expect(lockReport({ packages: { '': {}, console: {}, 'node_modules/a': entry } }).faults).toHaveLength(1)
  })

  it('may link to workspaces and the project itself', () => {
    const good = { integrity: sha, resolved: 'https://registry.npmjs.org/a/-/a-1.0.0.tgz' }
    const packages = { '': {}, console: {}, 'node_modules/console': { link: true }, 'node_modules/a': good }
    expect(lockReport({ packages })).toEqual({
      faults: [],
      lines: ['dependencies: 1 package in package-lock.json'],
    })
  })
})

describe('npm audit', () => {
  const said = (vulnerabilities: object, names: string[] = []) =>
    JSON.stringify({
      auditReportVersion: 2,
      vulnerabilities: Object.fromEntries(names.map((name) => [name, {}])),
      metadata: { vulnerabilities },
    })

  it.each([
    ['nothing', ''],
    ['no JSON', 'npm error code ENOTFOUND'],
    ['a refusal', JSON.stringify({ message: '405 Method Not Allowed', statusCode: 405 })],
    ['an error', JSON.stringify({ error: { code: 'ENOTFOUND', summary: 'request failed' } })],
    ['another shape', JSON.stringify({ metadata: { vulnerabilities: {} } })],
    ['a list', '[]'],
    ['null', 'null'],
  ])('with %s does not pass: the line says that nothing was audited', (_, answer) => {
    const { faults, lines } = auditReport(answer)
    expect(faults).toEqual([])
    expect(lines).toEqual([expect.stringMatching(/^dependencies: NOT AUDITED/)])
  })

  it('with no, a minor, a serious vulnerability', () => {
    expect(auditReport(said({ critical: 0, high: 0, total: 0 }))).toEqual({
      faults: [],
      lines: ['dependencies: no known vulnerabilities'],
    })
    expect(auditReport(said({ low: 2 }, ['tar']))).toEqual({
      faults: [],
      lines: ['dependencies: known vulnerabilities: 2 low (tar)'],
    })
    expect(auditReport(said({ high: 1, low: 2 }, ['tar', 'ws'])).faults).toEqual([
      'known vulnerabilities in delivered packages: tar, ws',
    ])
    expect(auditReport(said({ critical: 1 }, ['tar'])).faults).toHaveLength(1)
  })
})
