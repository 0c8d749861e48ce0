import { systemClock } from '@sightline/runtime/clock'
import { printJson, printLine } from '@sightline/runtime/command-line/output'
import { createLog } from '@sightline/runtime/log'
import { SightlineError } from '@sightline/schemas/errors'
import { Command, Option } from 'commander'
import { loadConfig } from '../config/file.ts'
import { agentCommands, withApi } from './agent-commands.ts'
import { keptAuthority, keysFolder, readEnrolled } from './credentials.ts'
import { enrollHost, tryBroker } from './enroll.ts'

const stateOption = () =>
  new Option('--state <folder>', "folder of this host's key and enrollment")
    .env('SIGHTLINE_EDGE_STATE')
    .default('data/edge')

const caOption = () =>
  new Option('--ca <file>', 'authority (PEM) of the broker, if it is not a public one').env(
    'SIGHTLINE_BROKER_CA',
  )

interface EnrollCommandOptions {
  ca?: string
  api: string
  code: string
  state: string
  replace?: boolean
  json?: boolean
}

function enrollCommand(): Command {
  return withApi(new Command('enroll').alias('enrol'))
    .description('make this host an edge agent, with a one-time code from the agency and its own key')
    .requiredOption('--code <code>', 'the code that the administrator gave')
    .addOption(stateOption())
    .addOption(caOption())
    .option('--replace', 'replace the enrollment that this host has')
    .option('--json', 'print the result as one JSON line')
    .action(enroll)
    .addHelpText(
      'after',
      `
The private key is made here, in the state folder, and never leaves it. If the command is cut off, run it again.

Examples:
  ./sightline edge enroll --api https://sightline.agency.example --code 7QK2-9FWM-X3T8-B6HD
  ./sightline edge enroll --api https://sightline.agency.example --code 7QK2-9FWM-X3T8-B6HD --ca agency.pem
  ./sightline edge run --config edge.yaml          uses the enrollment`,
    )
}

async function enroll(options: EnrollCommandOptions): Promise<void> {
  const { state, replace = false, json } = options
  const log = createLog('edge')
  const enrolled = await enrollHost({ ...options, replace, clock: systemClock })
  const { agent, cameras, servers } = enrolled
  if (!json) {
    printLine(`This host is now the edge agent ${agent}.`)
    printLine(`It may publish what these cameras see, and nothing else: ${cameras.join(', ')}`)
    printLine(`Its key was made here and stays here: ${keysFolder(state)}/${agent}.nk`)
  }
  await tryBroker(state, enrolled, log)
  if (json) {
    printJson({ type: 'enrolled', agent, cameras, servers, state })
    return
  }
  printLine(`Broker: ${servers.join(', ')}`)
  printLine()
  printLine(`Next: describe the cameras in a file (docs/edge-agent.md) and start`)
  printLine('  ./sightline edge run --config edge.yaml')
}

interface RunOptions {
  state: string
  config?: string
  camera: string
}

/**
 * Adds `--state` and `--ca` to `edge run`: broker, keys and user come from this host's enrollment, unless the command
 * line or the environment names one of them.
 */
export function withEnrolledBroker(run: Command): Command {
  return run
    .addOption(stateOption())
    .addOption(caOption())
    .hook('preAction', async (command) => {
      const { state, config, camera } = command.opts<RunOptions>()
      const given = ['broker', 'keys', 'user'].some(
        (name) => command.getOptionValueSource(name) !== 'default',
      )
      const enrolled = given ? undefined : await readEnrolled(state)
      if (!enrolled) return
      const wanted = config ? (await loadConfig(config)).cameras.map(({ id }) => id) : [camera]
      const foreign = wanted.filter((id) => !enrolled.cameras.includes(id))
      if (foreign.length > 0) {
        throw new SightlineError(
          'NOT_ALLOWED',
          `the edge agent ${enrolled.agent} may not publish for ${foreign.join(', ')}, only for ${enrolled.cameras.join(', ')}`,
          {
            hint: 'Name the cameras as they were enrolled, or have the agent invited again with all of them.',
          },
        )
      }
      command.setOptionValue('broker', enrolled.servers.join(','))
      command.setOptionValue('keys', keysFolder(state))
      command.setOptionValue('user', enrolled.agent)
      if (command.getOptionValueSource('ca') === undefined)
        command.setOptionValue('ca', await keptAuthority(state))
    })
}

/** `edge` with all enrollment commands, for the host and for the administrator. */
export function withEnrollment(edge: Command): Command {
  for (const command of [enrollCommand(), ...agentCommands()]) edge.addCommand(command)
  return edge
}
