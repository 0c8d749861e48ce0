import type { Program } from '@sightline/runtime/command-line/program'

/** All subcommands; each explains itself with `--help`. */
export const SUBCOMMANDS = {
  demo: {
    summary: 'start the whole system on this machine and watch frames become alerts',
    load: () => import('./commands/demo.ts'),
  },
  test: { summary: 'run every check and test', load: () => import('./commands/test.ts'), ownUmask: true },
  read: {
    summary: 'read the plates in images',
    load: () => import('@sightline/edge-agent/command/read'),
  },
  edge: {
    summary: 'run the camera edge agent: frames in, reads out',
    load: () => import('@sightline/edge-agent/command/edge'),
  },
  matcher: {
    summary: 'run the matcher: reads against displays, alerts out',
    load: () => import('./commands/matcher.ts'),
  },
  vendor: {
    summary: 'run the simulated vendor: cameras, history, search',
    load: () => import('./commands/vendor.ts'),
  },
  api: { summary: "run the agency's api: displays, alerts", load: () => import('./commands/api.ts') },
  status: {
    summary: 'say whether a read that comes now becomes an alert, and what is wrong',
    load: () => import('./commands/status.ts'),
  },
  audit: {
    summary: 'export the audit log, and prove that nobody changed it',
    load: () => import('./commands/audit.ts'),
  },
  backup: {
    summary: 'save what the agency must not lose, while the system runs',
    load: () => import('./commands/backup.ts'),
  },
  restore: {
    summary: 'bring a backup back on an empty machine',
    load: () => import('./commands/restore.ts'),
  },
  broker: {
    summary: 'run an embedded broker, or declare streams on one',
    load: () => import('./commands/broker.ts'),
  },
  record: {
    summary: 'record live reads, with other plates in place of the real ones',
    load: () => import('@sightline/replay/record-command'),
  },
  replay: { summary: 'play a recorded stream of reads', load: () => import('@sightline/replay/command') },
  bench: {
    summary: 'run benchmarks, each compared with a reference',
    load: () => import('@sightline/bench/command'),
    ownUmask: true,
  },
  soak: {
    summary: 'run the whole system under faults for hours, and account for everything',
    load: () => import('./commands/soak.ts'),
    ownUmask: true,
  },
  docs: {
    summary: 'write the API reference from the schemas',
    load: () => import('./commands/docs.ts'),
    ownUmask: true,
  },
  pack: {
    summary: 'make an archive of the edge agent for camera hosts, or a package of the recognizer',
    load: () => import('./commands/pack.ts'),
    ownUmask: true,
  },
  release: {
    summary: 'make a release: version, change log, archives, notes, tag',
    load: () => import('./commands/release.ts'),
    ownUmask: true,
  },
} as const satisfies Program['subcommands']
