import { Command, CommanderError } from 'commander'
import { reportError } from './output.ts'

/**
 * The program. A subcommand's module is loaded only when it is asked for: ClickHouse and ONNX are large,
 * and `--help` answers at once.
 */
const SUBCOMMANDS = {
  demo: () => import('./commands/demo.ts'),
  test: () => import('./commands/test.ts'),
  read: () => import('./commands/read.ts'),
  edge: () => import('./commands/edge.ts'),
  matcher: () => import('./commands/matcher.ts'),
  vendor: () => import('./commands/vendor.ts'),
  api: () => import('./commands/api.ts'),
  audit: () => import('./commands/audit.ts'),
  broker: () => import('./commands/broker.ts'),
  replay: () => import('./commands/replay.ts'),
  bench: () => import('./commands/bench.ts'),
  docs: () => import('./commands/docs.ts'),
} as const

const SUMMARIES: Record<keyof typeof SUBCOMMANDS, string> = {
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

const EXAMPLES = `
Examples:
  ./sightline demo                          everything on this machine, until Ctrl-C
  ./sightline test                          all checks and tests
  ./sightline read --json photo.jpg         plates in a picture, as JSON
  ./sightline bench read --json             milliseconds and CPU-seconds a picture

Each subcommand explains itself: ./sightline COMMAND --help`

/** What writes into the repository, or starts what sets its own. */
const OWN_UMASK: readonly string[] = ['test', 'bench', 'docs']

/** A module of cli/commands: builds its commander command. */
export interface CommandModule {
  command(): Command
}

async function main(argv: string[]): Promise<number> {
  const program = new Command('sightline')
    .description('Licence plate reader pipeline, from the camera to the analyst')
    .version(process.env.npm_package_version ?? '0.1.0')
    .addHelpText('after', EXAMPLES)
    .enablePositionalOptions()
    .showHelpAfterError('(see: ./sightline --help)')
    .configureHelp({ sortSubcommands: false })
    .exitOverride()

  const wanted = argv.find((word) => word in SUBCOMMANDS) as keyof typeof SUBCOMMANDS | undefined
  // Keys, records, spools, logs, recordings: each is for this user alone, and so are those of programs that it starts.
  if (!OWN_UMASK.includes(wanted ?? '')) process.umask(0o077)
  for (const name of Object.keys(SUBCOMMANDS) as (keyof typeof SUBCOMMANDS)[]) {
    if (name === wanted) {
      const module: CommandModule = await SUBCOMMANDS[name]()
      program.addCommand(overrideExit(module.command().summary(SUMMARIES[name])))
    } else {
      program.command(name, { hidden: false }).summary(SUMMARIES[name]).description(SUMMARIES[name])
    }
  }
  await program.parseAsync(argv, { from: 'user' })
  return 0
}

/** Lets parse errors of nested commands come back here instead of ending the process. */
function overrideExit(command: Command): Command {
  command.exitOverride()
  for (const child of command.commands) overrideExit(child)
  return command
}

const argv = process.argv.slice(2)
try {
  await main(argv)
} catch (thrown) {
  if (thrown instanceof CommanderError) process.exitCode = thrown.exitCode === 0 ? 0 : 64
  else process.exitCode = reportError(thrown, argv.includes('--json'))
}
