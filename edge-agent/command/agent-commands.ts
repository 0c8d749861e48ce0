import { readFile } from 'node:fs/promises'
import { duration } from '@sightline/runtime/command-line/duration'
import { printJson, printLine } from '@sightline/runtime/command-line/output'
import type { EdgeAgentView, Enrollment, NewEnrollment } from '@sightline/schemas/enrollment'
import { SightlineError } from '@sightline/schemas/errors'
import { Command, Option } from 'commander'
import { apiUrl, callApi } from './call-api.ts'
import { asPerson, terminal } from './sign-on.ts'

/** Adds `--api`. */
export const withApi = (command: Command): Command =>
  command.addOption(
    new Option('--api <url>', "address of the agency's api")
      .env('SIGHTLINE_API')
      .default('http://127.0.0.1:8080'),
  )

interface AdminOptions {
  api: string
  as?: string
  tokenFile: string
  json?: boolean
}

/** Options of an administrator's commands. */
const forAdmin = (command: Command): Command =>
  withApi(command)
    .option(
      '--as <name>',
      'sign in as this administrator; asks for password and code, or reads them line by line',
    )
    .addOption(
      new Option('--token-file <file>', "in development, without --as: file of the api's token")
        .env('SIGHTLINE_TOKEN_FILE')
        .default('data/dev-token'),
    )
    .option('--json', 'print the result as one JSON line')

async function asAdmin<T>(
  options: AdminOptions,
  path: string,
  call: { body?: object; method?: 'POST' } = {},
) {
  const api = apiUrl(options.api)
  if (options.as !== undefined) {
    const { ask, close } = terminal()
    const work = (cookie: string) => callApi<T>(api, path, { ...call, cookie })
    const { body } = await asPerson(api, options.as, ask, work).finally(close)
    return { api, body }
  }
  const token = await readFile(options.tokenFile, 'utf8').catch((cause) => {
    throw new SightlineError('CONFIG_INVALID', `cannot read the token file ${options.tokenFile}`, {
      cause,
      hint: 'Sign on with --as NAME; or name the file of the development token with --token-file.',
    })
  })
  const { body } = await callApi<T>(api, path, { ...call, token: token.trim() })
  return { api, body }
}

interface InviteOptions extends AdminOptions {
  camera: string[]
  valid: number
  replace?: boolean
}

function inviteCommand(): Command {
  return forAdmin(new Command('invite').argument('<agent>', 'name of the edge agent, e.g. that of its site'))
    .description('administrator: make a one-time code that makes a host an edge agent')
    .requiredOption('--camera <id...>', 'the cameras that it may publish for')
    .addOption(
      new Option('--valid <duration>', 'how long the code works')
        .argParser(duration)
        .default(3_600_000, '1h'),
    )
    .option('--replace', 'the agent is enrolled already: let another host or key replace it')
    .action(async (agent: string, options: InviteOptions) => {
      const { camera: cameras, valid, replace = false } = options
      const request: NewEnrollment = { agent, cameras, validMinutes: Math.ceil(valid / 60_000), replace }
      const { api, body } = await asAdmin<Enrollment>(options, '/v1/edge/enrollments', { body: request })
      if (options.json) return printJson(body)
      printLine(`Code for ${agent}: ${body.code}`)
      printLine(`It may be used once, until ${body.expiresAt}. It is not shown again. On the camera host:`)
      printLine(`  ./sightline edge enroll --api ${api} --code ${body.code}`)
    })
}

function listCommand(): Command {
  return forAdmin(new Command('agents'))
    .description('administrator: list the edge agents')
    .action(async (options: AdminOptions) => {
      const { body } = await asAdmin<{ agents: EdgeAgentView[] }>(options, '/v1/edge/agents')
      if (options.json) return printJson(body)
      if (body.agents.length === 0) printLine('No edge agent was invited yet: ./sightline edge invite')
      for (const agent of body.agents) printLine(line(agent))
    })
}

function revokeCommand(): Command {
  return forAdmin(new Command('revoke').argument('<agent>', 'name of the edge agent'))
    .description('administrator: disconnect an edge agent at once, until it is invited again')
    .action(async (agent: string, options: AdminOptions) => {
      const path = `/v1/edge/agents/${encodeURIComponent(agent)}/revocation`
      const { body } = await asAdmin<EdgeAgentView>(options, path, { method: 'POST' })
      if (!body.inForce) {
        throw new SightlineError(
          'BROKER_FAILED',
          `${agent} is revoked, but the broker has not applied it yet`,
          {
            hint: "See whether the broker's keeper runs (./sightline broker keep); it makes up for what it missed.",
          },
        )
      }
      if (options.json) return printJson(body)
      printLine(`${agent} is cut off: the broker has closed its connection and refuses its key.`)
    })
}

function line({ name, state, cameras, enrolledAt, codeExpiresAt, inForce }: EdgeAgentView): string {
  const since = enrolledAt ? ` since ${enrolledAt}` : ''
  const code = codeExpiresAt ? `, code open until ${codeExpiresAt}` : ''
  const pending = inForce ? '' : ' (not in force at the broker yet)'
  return `${name}  ${state}${since}${code}${pending}  cameras: ${cameras.join(', ')}`
}

/** An administrator's commands for edge agents. */
export const agentCommands = (): Command[] => [inviteCommand(), listCommand(), revokeCommand()]
