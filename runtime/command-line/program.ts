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
  /** By name. A module is loaded only when used: ONNX and ClickHouse are large, and `--help` should be fast. */
  subcommands: Readonly<Record<string, Subcommand>>
}

export interface Subcommand {
  summary: string
  load(): Promise<CommandModule>
  /** It writes files for others, or starts a program that sets its own umask. All others write only for their user. */
  ownUmask?: true
}

/**
 * Runs a program with its arguments, and reports errors as people and scripts expect. Sets the exit status (sysexits).
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
  // Keys, records, spools, logs, recordings: all are only for this user, including those of child processes.
  if (wanted === undefined || !subcommands[wanted]?.ownUmask) process.umask(0o077)
  for (const [name, { summary, load }] of Object.entries(subcommands)) {
    if (name === wanted) top.addCommand(overrideExit((await load()).command().summary(summary)))
    else top.command(name, { hidden: false }).summary(summary).description(summary)
  }
  await top.parseAsync(argv, { from: 'user' })
}

/** Makes parse errors of nested commands return here instead of ending the process. */
function overrideExit(command: Command): Command {
  command.exitOverride()
  for (const child of command.commands) overrideExit(child)
  return command
}
