import { printJson, printLine } from '@sightline/runtime/command-line/output'
import { SightlineError } from '@sightline/schemas/errors'
import { type HealthAnswer, healthAnswerParser, type Light } from '@sightline/schemas/health'
import { LIGHTS, type LightName } from '@sightline/schemas/lights'
import { several } from '@sightline/schemas/several'
import { Command, Option } from 'commander'

const ANSWER_MS = 5000

const EXAMPLES = `
The exit status is 0 only when a read that came now would become an alert that people see in time, else 69.

Examples:
  ./sightline status                                        of the system whose api is on this machine
  ./sightline status --api https://sightline.agency.example
  ./sightline status --json`

interface StatusOptions {
  api: string
  json?: boolean
}

/** `sightline status` */
export function command(): Command {
  return new Command('status')
    .description('Says whether a read that comes now becomes an alert, what each part says, and what to do')
    .addOption(
      new Option('--api <url>', 'address of the api').env('SIGHTLINE_API').default('http://127.0.0.1:8080'),
    )
    .option('--json', 'print one JSON line')
    .addHelpText('after', EXAMPLES)
    .action(async ({ api, json }: StatusOptions) => {
      const found = await ask(api)
      if (json) printJson(found)
      else for (const line of describe(found)) printLine(line)
      if (found.status !== 'ok') process.exitCode = new SightlineError('CANARY_FAILED', '').exitStatus
    })
}

/** @throws API_UNREACHABLE */
async function ask(api: string): Promise<HealthAnswer> {
  const unreachable = (message: string, cause?: unknown) =>
    new SightlineError('API_UNREACHABLE', message, {
      ...(cause === undefined ? {} : { cause }),
      hint: 'Nobody is told of alerts without an api. Start it (./sightline api run), or give its address with --api.',
    })
  try {
    const url = new URL('/health', api)
    const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(ANSWER_MS) })
    return healthAnswerParser.parse(await answer.json())
  } catch (cause) {
    if (cause instanceof SightlineError)
      throw unreachable(`the server at ${api} is not Sightline's api, or is of an earlier version`, cause)
    throw unreachable(`cannot reach the api at ${api}: ${reasonOf(cause as Error)}`, cause)
  }
}

/** `fetch` alone says only that it failed. */
const reasonOf = ({ message, cause }: Error) =>
  cause instanceof Error ? cause.message || String(cause) : message

const WORDS: Record<Light['state'], string> = {
  ok: 'ok',
  warning: 'WARNING',
  fault: 'FAULT',
  unknown: 'unknown',
  off: 'off',
}

/** What an age is of. */
const LAST: Partial<Record<LightName, string>> = {
  broker: 'last answer',
  quorum: 'last answer',
  reads: 'last read',
  alerts: 'last alert',
  canary: 'last one back',
}

/** The page as lines of text: the sum, then each light, with what to do where something is wrong. Pure. */
export function describe({ status, version, at, lights }: HealthAnswer): string[] {
  const isOk = status === 'ok'
  const isProven = lights.some(({ name, state }) => name === 'canary' && state === 'ok')
  const sum = isOk
    ? isProven
      ? 'A read that comes now becomes an alert in time.'
      : 'Nothing that is watched keeps a read from becoming an alert; no test read shows that one does.'
    : 'A read that comes now does NOT become an alert that people see in time.'
  const width = Math.max(...lights.map(({ name }) => LIGHTS[name].title.length))
  return [
    `${sum} (${at}, version ${version})`,
    '',
    ...lights.flatMap(({ name, state, says, code, ageSeconds, boundSeconds }) => {
      const age = ageSeconds === null ? '' : `, ${LAST[name] ?? 'last'} ${inWords(ageSeconds)} ago`
      const bound = boundSeconds === null ? '' : ` (at most ${inWords(boundSeconds)})`
      const { title, hint } = LIGHTS[name]
      const line = `${WORDS[state].padEnd(7)}  ${title.padEnd(width)}  ${says}${age}${bound}`
      return code === null ? [line] : [`${line} [${code}]`, `         ${hint}`]
    }),
  ]
}

function inWords(seconds: number): string {
  if (seconds >= 2 * 86_400) return several(Math.floor(seconds / 86_400), 'day')
  if (seconds >= 7200) return `${Math.floor(seconds / 3600)} h`
  if (seconds >= 120) return `${Math.floor(seconds / 60)} min`
  return `${Math.round(seconds)} s`
}
