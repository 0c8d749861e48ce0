import type { TestResult } from './compliance.ts'

/** One kind of attack, and the tests that try it as an attacker would. */
interface Attack {
  what: string
  /** Test files or folders, paths from the root. */
  files: readonly string[]
}

/** `./sightline test security`: attacks that docs/security.md says are refused. */
export const ATTACKS: readonly Attack[] = [
  {
    what: 'a broker with published vulnerabilities, or one that was tampered with, is not used',
    files: ['test/broker/server-version.test.ts', 'test/broker/install-server.test.ts'],
  },
  {
    what: 'one key of the broker gives only the rights of that key',
    files: ['test/broker/zones.test.ts', 'test/broker/reach.test.ts', 'test/compose.test.ts'],
  },
  {
    what: 'a node without a certificate of the cluster cannot join it',
    files: ['test/broker/routes.test.ts'],
  },
  {
    what: 'no message can stop a process, whatever it contains',
    files: ['test/matcher/poison.test.ts', 'test/mutations', 'test/api/shared/seal.test.ts'],
  },
  {
    what: 'nobody can impersonate another source or camera, or forge a time',
    files: [
      'test/matcher/forged.test.ts',
      'test/api/cameras/forged-health.test.ts',
      'test/edge-agent/publisher/taken-ids.test.ts',
      'test/schemas/instant.test.ts',
    ],
  },
  { what: 'a flood from one source does not delay the others', files: ['test/broker/quotas.test.ts'] },
  {
    what: 'a cursor or a repeated request gives no access beyond the current rights',
    files: ['test/api/history/cursors.test.ts', 'test/api/plugins/replays.test.ts'],
  },
  {
    what: 'no vague search reaches everybody',
    files: [
      'test/api/history/wide-searches.test.ts',
      'test/schemas/pattern-share.test.ts',
      'test/schemas/written-plate.test.ts',
    ],
  },
  {
    what: 'nobody can verify an alert without looking at its image, or by copying the answer',
    files: [
      'test/api/alerts/looked.test.ts',
      'test/api/alerts/covered.test.ts',
      'test/api/cases/lookout-visibility.test.ts',
    ],
  },
  {
    what: 'roles stay separated, accounts stay with their owners, and access ends at once',
    files: [
      'test/api/access/apart.test.ts',
      'test/api/access/review-grant.test.ts',
      'test/api/people/takeover.test.ts',
      'test/api/people/office-grants.test.ts',
      'test/api/sign-on/lockout.test.ts',
      'test/api/access/stream-ends.test.ts',
    ],
  },
  {
    what: 'images, files and servers of strangers stay within limits',
    files: [
      'test/recognition/pictures/hostile.test.ts',
      'test/schemas/jpeg.test.ts',
      'test/api/alerts/hostile-pictures.test.ts',
      'test/api/federation/picture.test.ts',
      'test/edge-agent/sources/hostile-files.test.ts',
      'test/edge-agent/sources/hostile-servers.test.ts',
      'test/runtime/yaml.test.ts',
      'test/cli/full-disk.test.ts',
    ],
  },
  {
    what: 'secrets stay where they belong',
    files: [
      'test/edge-agent/sources/secrets.test.ts',
      'test/edge-agent/sources/arguments.test.ts',
      'test/edge-agent/config/addresses.test.ts',
      'test/cli/modes.test.ts',
      'test/calls-home.test.ts',
    ],
  },
  {
    what: 'stored text cannot run, hide or be cached in a browser',
    files: [
      'test/api/oversight/csv.test.ts',
      'test/api/people/names.test.ts',
      'test/api/plugins/no-store.test.ts',
      'test/api/plugins/trusted-proxies.test.ts',
      'test/api/plugins/host.test.ts',
      'test/api/federation/federation.test.ts',
      'test/api/fuzz',
    ],
  },
  {
    what: 'the audit log shows changes, and keeps what was acknowledged',
    files: [
      'test/api/audit/tampering.test.ts',
      'test/broker/power-cut.test.ts',
      'test/api/cases/deletion.test.ts',
    ],
  },
  {
    what: 'third-party packages are exactly those in the lock file',
    files: ['test/cli/test/dependencies.test.ts'],
  },
]

/** The word that selects all of them. */
export const SECURITY = 'security'

export const attackFiles = (): string[] => ATTACKS.flatMap(({ files }) => files)

/** Result for each kind of attack. */
export const verdicts = (tests: readonly TestResult[]) =>
  ATTACKS.map(({ what, files }) => {
    const tried = tests.filter(({ file }) =>
      files.some((path) => file === path || file.startsWith(`${path}/`)),
    )
    const count = (status: string) => tried.filter((test) => test.status === status).length
    return {
      what,
      passed: count('passed'),
      failed: count('failed'),
      skipped: tried.length - count('passed') - count('failed'),
    }
  })
