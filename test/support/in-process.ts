import { type CommandModule, runProgram } from '@sightline/runtime/command-line/program'
import { vi } from 'vitest'

export interface Said {
  /** The exit status that it would have. */
  status: number
  stdout: string
  stderr: string
}

/**
 * Runs a command of the program in this process, as far as the program itself would run it: a process of its own takes half a
 * second of a core to load. Its log is silent. One at a time: it takes standard output and error.
 * @param name of the subcommand, e.g. `replay`
 */
export async function runInProcess(
  name: string,
  load: () => Promise<CommandModule>,
  args: readonly string[],
): Promise<Said> {
  const said = { stdout: '', stderr: '' }
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      said[stream] += String(text)
      return true
    }),
  )
  const { SIGHTLINE_LOG } = process.env
  process.env.SIGHTLINE_LOG = 'silent'
  const before = process.exitCode
  process.exitCode = 0
  try {
    const about = { name: './sightline', description: '', version: '0', examples: '' }
    const subcommands = { [name]: { summary: name, load, ownUmask: true } } as const
    await runProgram({ ...about, subcommands }, [name, ...args])
    return { status: Number(process.exitCode), ...said }
  } finally {
    for (const spy of spies) spy.mockRestore()
    process.exitCode = before
    if (SIGHTLINE_LOG === undefined) delete process.env.SIGHTLINE_LOG
    else process.env.SIGHTLINE_LOG = SIGHTLINE_LOG
  }
}
