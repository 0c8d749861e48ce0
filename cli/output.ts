import { type SightlineError, toSightlineError } from '../schemas/errors.ts'
import { safeText } from '../schemas/safe-text.ts'

// Whoever read our output has enough (`| head`): end as on Ctrl-C, so that what was started is stopped.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.kill(process.pid, 'SIGTERM')
})

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
  else note(`sightline: ${error.message}${error.hint ? `\n  ${error.hint}` : ''}\n  (${error.code})`)
  if (error.code === 'INTERNAL' && error.cause instanceof Error && process.env.SIGHTLINE_LOG === 'debug') {
    note(error.cause.stack ?? '')
  }
  return error.exitStatus
}
