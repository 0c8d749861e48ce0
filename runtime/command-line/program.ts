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
 * Runs a program as the process's own: if it fails, the process ends at once, although what it had already begun (a connection,
 * a timer) would keep it. A service whose start failed would otherwise look as if it ran, and nothing would restart it.
 */
export async function runMain(program: Program, argv: readonly string[]): Promise<void> {
  if (await runProgram(program, argv)) return
  // What is written to a pipe is written later.
  for (const stream of [process.stdout, process.stderr])
    await new Promise<void>((done) => stream.write('', () => done()))
  process.exit()
}

/**
 * Runs a program with its arguments, and reports errors as people and scripts expect. Sets the exit status (sysexits).
 * @param argv words after the program's name
 * @returns false if it failed
 */
export async function runProgram(program: Program, argv: readonly string[]): Promise<boolean> {
  try {
    await parse(program, argv)
    return true
  } catch (thrown) {
    if (thrown instanceof CommanderError) process.exitCode = thrown.exitCode === 0 ? 0 : 64
    else process.exitCode = reportError(thrown, argv.includes('--json'))
    return false
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
