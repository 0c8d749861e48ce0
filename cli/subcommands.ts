import type { Command } from 'commander'

/** What a subcommand is: builds its commander command. */
export interface CommandModule {
  command(): Command
}

/**
 * What the program can do. A subcommand's module is loaded only when it is asked for: ClickHouse and ONNX are large,
 * and `--help` answers at once.
 */
export const SUBCOMMANDS = {
  demo: () => import('./commands/demo.ts'),
  test: () => import('./commands/test.ts'),
  read: () => import('@sightline/edge-agent/command/read'),
  edge: () => import('@sightline/edge-agent/command/edge'),
  matcher: () => import('./commands/matcher.ts'),
  vendor: () => import('./commands/vendor.ts'),
  api: () => import('./commands/api.ts'),
  audit: () => import('./commands/audit.ts'),
  broker: () => import('./commands/broker.ts'),
  replay: () => import('@sightline/replay/command'),
  bench: () => import('@sightline/bench/command'),
  docs: () => import('./commands/docs.ts'),
} as const

export const SUMMARIES: Record<keyof typeof SUBCOMMANDS, string> = {
  demo: 'start the whole system on this machine and watch frames become alerts',
  test: 'run every check and test',
  read: 'read the plates in pictures',
  edge: 'run the camera edge agent: frames in, reads out',
  matcher: 'run the matcher: reads against displays, alerts out',
  vendor: 'run the simulated vendor: cameras, history, search',
  api: "run the agency's api: displays, alerts",
  audit: 'export the audit log, and prove that nobody changed it',
  broker: 'run an embedded broker, or declare streams on one',
  replay: 'play a recorded stream of reads',
  bench: 'measure, each figure beside its yardstick',
  docs: 'write the API reference from the schemas',
}
