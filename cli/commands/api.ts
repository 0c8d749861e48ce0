import { existsSync } from 'node:fs'
import { CANARY_EVERY_MS } from '@sightline/api/administration/lights'
import { openApiDocument } from '@sightline/api/app'
import { CACHE_HOURS } from '@sightline/api/history/cache'
import { startApi } from '@sightline/api/main'
import { CONSOLE_FOLDER } from '@sightline/api/plugins/external/console'
import { duration } from '@sightline/runtime/command-line/duration'
import {
  type BrokerOptions,
  type MonitorOptions,
  serverList,
  serversOf,
  wholeNumber,
  withAgentStreams,
  withBroker,
  withMonitor,
} from '@sightline/runtime/command-line/options'
import { printJson, printLine } from '@sightline/runtime/command-line/output'
import { createLog } from '@sightline/runtime/log'
import { onStop } from '@sightline/runtime/stop'
import { Command, Option } from 'commander'

interface RunOptions extends BrokerOptions, MonitorOptions {
  agentStreams: number
  port: number
  host: string
  data: string
  rateLimit: number
  personRateLimit: number
  devToken?: boolean
  publicUrl?: string
  networks?: string
  trustedProxies?: string
  consent?: string
  provider?: string
  smtpUrl?: string
  vendors?: string
  recipients?: string
  cacheHours: number
  canary: number
  secondPerson?: boolean
  mailFrom: string
  edgeBroker?: string
  tileServer?: string
  json?: boolean
}

const EXAMPLES = `
Examples:
  ./sightline api run --broker nats://127.0.0.1:4222 --keys data/keys --dev-token
  ./sightline api run --port 0 --json              any free port; prints {"type":"ready","url":…}
  ./sightline api openapi > openapi.json           the document, without a broker

  ./sightline api run --dev-token --vendors vendors.yaml
  ./sightline api run --host 0.0.0.0 --public-url https://sightline.agency.example --networks 10.20.0.0/16

  TOKEN=$(cat data/dev-token)
  curl -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8080/v1/displays
  curl -N -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8080/v1/alerts/stream
  ask() { curl -H "Authorization: Bearer $TOKEN" -H 'content-type: application/json' "http://127.0.0.1:8080$1" -d "$2"; }
  ask /v1/cases '{"kind":"event","caseRef":"CASE-1","title":"A trial","authority":"none: made up",
    "purpose":"Whereabouts after the seizure",
    "subjects":[{"about":{"plate":"7ABC123"},"reason":"seen near the warehouse"}]}'
  ask /v1/search '{"plate":"7ABC123","caseRef":"CASE-1","purpose":"Whereabouts after the seizure"}'`

/** `sightline api` */
export function command(): Command {
  return new Command('api')
    .description("the agency's api: displays, alerts, images, queries")
    .addHelpText('after', EXAMPLES)
    .addCommand(runCommand())
    .addCommand(openApiCommand())
}

function runCommand(): Command {
  return withAgentStreams(
    withMonitor(withBroker(new Command('run').description('run the api until it is stopped (Ctrl-C)'))),
  )
    .option('--port <number>', 'port to listen on; 0 takes a free one', wholeNumber(0, 65535), 8080)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--data <folder>', 'folder of the development token and of the signing keys', 'data')
    .option(
      '--dev-token',
      'development on this machine: also accept the token in <data>/dev-token, to which no rule applies',
    )
    .option('--rate-limit <number>', 'requests a minute for each address', wholeNumber(1, 1e9), 3000)
    .option('--person-rate-limit <number>', 'requests a minute for each person', wholeNumber(1, 1e9), 1200)
    .addOption(
      new Option('--edge-broker <url>', 'where edge agents reach the broker, if not at --broker').env(
        'SIGHTLINE_EDGE_BROKER',
      ),
    )
    .addOption(fromEnv('--vendors <file>', 'vendors whose histories may be searched; see docs/vendors.md'))
    .addOption(
      fromEnv('--cache-hours <number>', 'how long results of queries are kept, 4 to 24 (QRY-7)')
        .argParser(wholeNumber(0, 1e6))
        .default(CACHE_HOURS.default),
    )
    .addOption(
      fromEnv('--second-person', 'a search without a plate needs the approval of a second person (QRY-6)'),
    )
    .addOption(
      fromEnv(
        '--canary <duration>',
        'time between two test reads that go the whole way to an alert (docs/operations.md, Health); 0: none',
      )
        .argParser((text) => (text === '0' ? 0 : duration(text)))
        .default(CANARY_EVERY_MS, '5s'),
    )
    .addOption(fromEnv('--recipients <file>', 'who may receive verified alerts; see docs/alerts.md'))
    .addOption(fromEnv('--public-url <url>', 'address in browsers, https://; needed unless on loopback'))
    .addOption(
      fromEnv(
        '--networks <list>',
        'networks that may connect (ACC-7), e.g. 10.20.0.0/16,2001:db8::/32; default loopback',
      ),
    )
    .addOption(fromEnv('--trusted-proxies <list>', 'proxies whose X-Forwarded-For is trusted'))
    .addOption(
      fromEnv(
        '--tile-server <url>',
        "raster tiles for the console's map, e.g. https://tiles.agency.example/{z}/{x}/{y}.png",
      ),
    )
    .addOption(fromEnv('--consent <file>', 'text of the permissible uses (ACC-5)'))
    .addOption(
      fromEnv('--provider <file>', 'OpenID Connect provider: {"issuer":…,"clientId":…,"clientSecret":…}'),
    )
    .addOption(fromEnv('--smtp-url <url>', 'mail server; without it no e-mail is sent, and all wait'))
    .addOption(fromEnv('--mail-from <address>', 'sender of e-mails').default('sightline@localhost'))
    .option('--json', 'print one JSON line when it is ready')
    .addHelpText('after', EXAMPLES)
    .action(run)
}

/** An option that the environment may set, too: `--public-url` is SIGHTLINE_PUBLIC_URL. */
function fromEnv(flags: string, description: string): Option {
  const name = flags.slice(2).split(' ')[0]!.toUpperCase().replaceAll('-', '_')
  return new Option(flags, description).env(`SIGHTLINE_${name}`)
}

async function run(options: RunOptions): Promise<void> {
  const { port, host, data, rateLimit, networks, trustedProxies, smtpUrl } = options
  const log = createLog('api')
  const api = await startApi({
    broker: { servers: serversOf(options), keys: options.keys },
    port,
    host,
    dataDir: data,
    requestsPerMinute: rateLimit,
    requestsPerPerson: options.personRateLimit,
    agentStreams: options.agentStreams,
    ...(options.monitorPort ? { monitor: { port: options.monitorPort, host: options.monitorHost } } : {}),
    ...(options.devToken ? { devToken: true } : {}),
    ...(options.publicUrl ? { publicUrl: options.publicUrl } : {}),
    ...(networks ? { networks: serverList(networks) } : {}),
    ...(trustedProxies ? { trustedProxies: serverList(trustedProxies) } : {}),
    ...(options.consent ? { consentFile: options.consent } : {}),
    ...(options.provider ? { providerFile: options.provider } : {}),
    ...(smtpUrl ? { smtp: { url: smtpUrl, from: options.mailFrom } } : {}),
    ...(options.vendors ? { vendorsFile: options.vendors } : {}),
    ...(existsSync(CONSOLE_FOLDER) ? { consoleFolder: CONSOLE_FOLDER } : {}),
    ...(options.tileServer ? { tileServer: options.tileServer } : {}),
    cacheHours: options.cacheHours,
    canaryMs: options.canary,
    ...(options.secondPerson ? { secondPerson: true } : {}),
    ...(options.recipients ? { recipientsFile: options.recipients } : {}),
    ...(options.edgeBroker ? { edgeServers: serverList(options.edgeBroker) } : {}),
    log,
  })
  onStop(log, api.close)
  const { url, tokenPath, firstAdministrator } = api
  if (options.json) return printJson({ type: 'ready', url, tokenPath, firstAdministrator })
  printLine(`The api is listening on ${url}.`)
  if (tokenPath) printLine(`The development token is in ${tokenPath}.`)
  if (firstAdministrator) {
    printLine(
      `There is no administrator yet. This link creates one; it works once, for three days:\n${firstAdministrator}`,
    )
  }
}

function openApiCommand(): Command {
  return new Command('openapi')
    .description('print the OpenAPI document; needs no broker')
    .action(async () => printLine(JSON.stringify(await openApiDocument(), null, 2)))
}
