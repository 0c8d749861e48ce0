import { Command, CommanderError } from 'commander'
import { reportError } from './output.ts'

/** The module of a subcommand. */
export interface CommandModule {
  command(): Command
}

export interface Program {
  name: string
  description: string
  version: string
  examples: string
  /** By name. A module is loaded only when it is asked for: ONNX and ClickHouse are large, and `--help` answers at once. */
  subcommands: Readonly<Record<string, Subcommand>>
}

export interface Subcommand {
  summary: string
  load(): Promise<CommandModule>
  /** It writes what others are to read, or starts what sets its own. All others write for their user alone. */
  ownUmask?: true
}

/**
 * Runs a program by its words, and reports errors as people and scripts expect them. Sets the exit status (sysexits).
 * @param argv words after the program's name
 */
export async function runProgram(program: Program, argv: readonly string[]): Promise<void> {
  try {
    await parse(program, argv)
  } catch (thrown) {
    if (thrown instanceof CommanderError) process.exitCode = thrown.exitCode === 0 ? 0 : 64
    else process.exitCode = reportError(thrown, argv.includes('--json'))
  }
}

async function parse({ subcommands, ...about }: Program, argv: readonly string[]): Promise<void> {
  const top = new Command(about.name)
    .description(about.description)
    .version(about.version)
    .addHelpText('after', about.examples)
    .enablePositionalOptions()
    .showHelpAfterError(`(see: ${about.name} --help)`)
    .configureHelp({ sortSubcommands: false })
    .exitOverride()
  const wanted = argv.find((word) => Object.hasOwn(subcommands, word))
  // Keys, records, spools, logs, recordings: each is for this user alone, and so are those of programs that it starts.
  if (wanted === undefined || !subcommands[wanted]?.ownUmask) process.umask(0o077)
  for (const [name, { summary, load }] of Object.entries(subcommands)) {
    if (name === wanted) top.addCommand(overrideExit((await load()).command().summary(summary)))
    else top.command(name, { hidden: false }).summary(summary).description(summary)
  }
  await top.parseAsync(argv, { from: 'user' })
}

/** Lets parse errors of nested commands come back here instead of ending the process. */
function overrideExit(command: Command): Command {
  command.exitOverride()
  for (const child of command.commands) overrideExit(child)
  return command
}
