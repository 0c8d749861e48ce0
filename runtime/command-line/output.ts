import { SightlineError, toSightlineError, withoutCitations } from '@sightline/schemas/errors'
import { safeText } from '@sightline/schemas/safe-text'

let isLost = false

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // The reader of our output has closed the pipe (`| head`).
  if (error.code === 'EPIPE') return void end(0)
  if (isLost) return
  isLost = true
  const lost = new SightlineError('OUTPUT_LOST', `cannot write the output (${error.code ?? error.message})`, {
    hint: 'The printed output is incomplete. Check whether the disk or the quota is full.',
  })
  reportError(lost, false)
  // Whatever the rest returns: lost results are not a success.
  process.on('exit', () => {
    process.exitCode = lost.exitStatus
  })
  end(lost.exitStatus)
})

/** A service stops what it has started, as on Ctrl-C; a command that only prints ends. */
function end(exitStatus: number): void {
  if (process.listenerCount('SIGTERM') > 0) process.kill(process.pid, 'SIGTERM')
  else process.exit(exitStatus)
}

// There is nowhere to report it.
process.stderr.on('error', () => {})

/** Prints one result as one JSON line on standard output. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}

/** A terminal executes control characters, so only line ends are kept. Text from others contains none. */
const shown = (text: string): string =>
  text
    .split('\n')
    .map((line) => safeText(line, Number.POSITIVE_INFINITY))
    .join('\n')

/** Prints one line for a person on standard output. @param line text from others in it must have passed safeText */
export function printLine(line = ''): void {
  process.stdout.write(`${shown(line)}\n`)
}

/** Prints one line about progress on standard error; standard output is for results. */
export function note(line: string): void {
  process.stderr.write(`${shown(line)}\n`)
}

/** An error in HTTP answers and `--json` output. */
export function errorBody(error: SightlineError) {
  return { code: error.code, message: error.message, ...(error.hint ? { hint: error.hint } : {}) }
}

/**
 * Reports an error to a person: what was wrong, what to do next, and the code; as a JSON line with `json`.
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

/** An error in lines for a person: what was wrong, what to do next, then the code and the rules behind it. */
function sentences({ message, hint, code }: SightlineError): string {
  const what = withoutCitations(message)
  const next = withoutCitations(hint ?? '')
  const behind = [code, ...new Set([...what.rules, ...next.rules])].join(', ')
  return `sightline: ${what.text}${next.text ? `\n  ${next.text}` : ''}\n  (${behind})`
}
