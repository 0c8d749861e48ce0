import { reportError } from '@sightline/runtime/command-line/output'
import { Command, CommanderError } from 'commander'
import { type CommandModule, SUBCOMMANDS, SUMMARIES } from './subcommands.ts'

const EXAMPLES = `
Examples:
  ./sightline demo                          everything on this machine, until Ctrl-C
  ./sightline test                          all checks and tests
  ./sightline read --json photo.jpg         plates in a picture, as JSON
  ./sightline bench read --json             milliseconds and CPU-seconds a picture

Each subcommand explains itself: ./sightline COMMAND --help`

/** What writes into the repository, or starts what sets its own. */
const OWN_UMASK: readonly string[] = ['test', 'bench', 'docs']

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
