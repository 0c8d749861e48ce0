import { duration } from '@sightline/runtime/command-line/duration'
import { note, printJson, printLine } from '@sightline/runtime/command-line/output'
import { SightlineError, toSightlineError } from '@sightline/schemas/errors'
import { several } from '@sightline/schemas/several'
import { Command, Option } from 'commander'
import { readTrust } from '../network/trust.ts'
import { readPassword } from '../sources/access.ts'

interface DiscoverCommandOptions {
  user?: string
  passwordFile?: string
  caFile?: string
  fingerprint?: string
  wait: number
  network?: string[]
  port: number
  json?: boolean
}

/** `edge discover`: lists the ONVIF cameras of the local network, and writes their configuration. */
export function discoverCommand(): Command {
  return new Command('discover')
    .description('find the ONVIF cameras of the local network, and print a configuration for them')
    .option(
      '--user <name>',
      'user of the cameras; without it they are only listed, with what they tell anybody',
    )
    .option('--password-file <file>', 'file with the password of that user as its only line')
    .option('--ca-file <file>', 'authority that signed the certificates of cameras that speak HTTPS')
    .addOption(
      new Option('--wait <duration>', 'how long to wait for answers')
        .argParser(duration)
        .default(4_000, '4s'),
    )
    .option('--network <address...>', 'own addresses of the networks to look in (default: all of this host)')
    .option('--port <number>', 'port of WS-Discovery, for tests', Number, 3702)
    .option('--json', 'print what was found as one JSON line')
    .action(async (options: DiscoverCommandOptions) => {
      // Loaded only here: nothing else in the agent reads XML.
      const { discover } = await import('../onvif/discover.ts')
      const { askDevice } = await import('../onvif/device.ts')
      const { configurationOf } = await import('../onvif/yaml.ts')
      const { user, passwordFile, wait: forMs, network: networks, port } = options
      if ((user === undefined) !== (passwordFile === undefined)) {
        throw new SightlineError('USAGE', '--user and --password-file belong together', {
          hint: 'Write the password into a file that only you may read (chmod 600).',
        })
      }
      const login =
        user === undefined || passwordFile === undefined
          ? undefined
          : { user, password: await readPassword(passwordFile) }
      const trust = await readTrust(options)
      const found = await discover({ forMs, port, ...(networks ? { networks } : {}) })
      const cameras = await Promise.all(
        found.map(async (one) => {
          try {
            return { found: one, device: await askDevice(one.address, login, trust) }
          } catch (thrown) {
            const { code, message } = toSightlineError(thrown)
            return { found: one, code, reason: message }
          }
        }),
      )
      if (options.json) return printJson({ cameras })
      if (cameras.length === 0) {
        note(
          'No camera answered. ONVIF must be switched on in the camera, and the camera be in the same network.',
        )
        return
      }
      note(
        `${several(cameras.length, 'camera')} found. Fill in the owners, and give the text to edge run --config.`,
      )
      printLine(configurationOf(cameras, user && passwordFile ? { user, passwordFile } : undefined).trimEnd())
    })
    .addHelpText(
      'after',
      `
Examples:
  ./sightline edge discover                                             who is there
  ./sightline edge discover --user admin --password-file camera.password > edge.yaml`,
    )
}
