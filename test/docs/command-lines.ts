import { BENCHMARKS } from '@sightline/bench/command'
import { SUBCOMMANDS } from '@sightline/cli/subcommands'
import { Command } from 'commander'

/** A command that a text tells people to type, without omitted parts and parts that differ each time. */
const TYPED = /\.\/sightline\b((?: +[^\s`'"|>;&#…)\]$,\\]+)*)/g

/** Command lines of the program in a text, as lists of words behind its name. */
export const linesIn = (text: string): string[][] =>
  [...text.matchAll(TYPED)].map(([, words = '']) =>
    words
      .trim()
      .replace(/[.:]+$/, '')
      .split(/ +/)
      .filter(Boolean),
  )

/** A word that stands for another: `COMMAND`, `<file>`, `[options]`. */
const isPlaceholder = (word: string): boolean => /^[A-Z][A-Z_-]*$|^[<[{]/.test(word)

/** The command tree of the program, with the benchmarks' options. */
async function commandOf(name: string): Promise<Command> {
  const { command } = await SUBCOMMANDS[name as keyof typeof SUBCOMMANDS].load()
  return command()
}

async function benchmarkOf(name: string): Promise<Command> {
  const { bench } = await BENCHMARKS[name]!()
  const command = new Command(name).option('--json', '')
  return bench.options?.(command) ?? command
}

/** @returns what is wrong with a command line, or null */
export async function faultOf(words: readonly string[]): Promise<string | null> {
  const [name, ...rest] = words
  if (name === undefined || isPlaceholder(name) || ['--help', '--version'].includes(name)) return null
  if (!Object.hasOwn(SUBCOMMANDS, name)) return `there is no subcommand ${name}`
  const path = [await commandOf(name)]
  for (const word of rest) {
    const here = path.at(-1)!
    if (word.startsWith('-')) {
      const option = word.replace(/=.*/, '')
      if (!isOption(option, path)) return `${here.name()} has no option ${option}`
    } else if (isPlaceholder(word)) {
      // A placeholder for a command has its own options.
      if (name === 'bench' || here.commands.length > 0) return null
    } else if (name === 'bench' && path.length === 1) {
      if (!Object.hasOwn(BENCHMARKS, word)) return `there is no benchmark ${word}`
      path.push(await benchmarkOf(word))
    } else if (here.commands.length > 0) {
      const next = here.commands.find((child) => child.name() === word || child.aliases().includes(word))
      if (!next) return `${here.name()} has no subcommand ${word}`
      path.push(next)
    }
  }
  return null
}

function isOption(word: string, path: readonly Command[]): boolean {
  if (['-h', '--help'].includes(word)) return true
  const options = path.flatMap((command) => command.options)
  return options.some(({ long, short }) => long === word || short === word)
}
