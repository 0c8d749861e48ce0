import { SightlineError, toSightlineError, withoutCitations } from '@sightline/schemas/errors'
import { safeText } from '@sightline/schemas/safe-text'

let isLost = false

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever read our output has enough (`| head`).
  if (error.code === 'EPIPE') return void end(0)
  if (isLost) return
  isLost = true
  const lost = new SightlineError(
    'OUTPUT_LOST',
    `the output cannot be written (${error.code ?? error.message})`,
    {
      hint: 'What was printed is not whole. See whether the disk, or the quota, is full.',
    },
  )
  reportError(lost, false)
  // Whatever the rest comes to: results that nobody got are no success.
  process.on('exit', () => {
    process.exitCode = lost.exitStatus
  })
  end(lost.exitStatus)
})

/** A service stops what it has started, as on Ctrl-C; what merely prints has nothing left to do. */
function end(exitStatus: number): void {
  if (process.listenerCount('SIGTERM') > 0) process.kill(process.pid, 'SIGTERM')
  else process.exit(exitStatus)
}

// There is nowhere to tell it.
process.stderr.on('error', () => {})

/** Prints one result as one JSON line on standard output. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}

/** A terminal obeys what it is shown: of control characters only line ends stay. What others wrote has none of these either. */
const shown = (text: string): string =>
  text
    .split('\n')
    .map((line) => safeText(line, Number.POSITIVE_INFINITY))
    .join('\n')

/** Prints one line for a person on standard output. @param line text that others wrote in it went through safeText */
export function printLine(line = ''): void {
  process.stdout.write(`${shown(line)}\n`)
}

/** Prints one line about what is going on, on standard error: results stay alone on standard output. */
export function note(line: string): void {
  process.stderr.write(`${shown(line)}\n`)
}

/** How an error looks on the wire and in `--json` output. */
export function errorBody(error: SightlineError) {
  return { code: error.code, message: error.message, ...(error.hint ? { hint: error.hint } : {}) }
}

/**
 * Tells a person about an error: what was wrong, what to do next, and the code; as a JSON line with `json`.
 * @returns the exit status that belongs to the error
 */
export function reportError(thrown: unknown, json: boolean): number {
  const error = toSightlineError(thrown)
  if (json) printJson({ type: 'error', ...errorBody(error) })
  else note(sentences(error))
  if (error.code === 'INTERNAL' && error.cause instanceof Error && process.env.SIGHTLINE_LOG === 'debug') {
    note(error.cause.stack ?? '')
  }
  return error.exitStatus
}

/** An error in lines for a person: what was wrong, what to do next, then the code and the rules that it follows from. */
function sentences({ message, hint, code }: SightlineError): string {
  const what = withoutCitations(message)
  const next = withoutCitations(hint ?? '')
  const behind = [code, ...new Set([...what.rules, ...next.rules])].join(', ')
  return `sightline: ${what.text}${next.text ? `\n  ${next.text}` : ''}\n  (${behind})`
}
