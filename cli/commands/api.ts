import { Command, Option } from 'commander'
import { openApiDocument } from '../../api/app.ts'
import { startApi } from '../../api/main.ts'
import { createLog } from '../../runtime/log.ts'
import { onStop } from '../../runtime/stop.ts'
import { type BrokerOptions, serverList, serversOf, wholeNumber, withBroker } from '../options.ts'
import { printJson, printLine } from '../output.ts'

interface RunOptions extends BrokerOptions {
  port: number
  host: string
  data: string
  rateLimit: number
  edgeBroker?: string
  json?: boolean
}

const EXAMPLES = `
Examples:
  ./sightline api run --broker nats://127.0.0.1:4222 --keys data/keys
  ./sightline api run --port 0 --json              any free port; prints {"type":"ready","url":…}
  ./sightline api openapi > openapi.json           the document, without a broker

  TOKEN=$(cat data/dev-token)
  curl -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8080/v1/displays
  curl -N -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8080/v1/alerts/stream`

/** `sightline api` */
export function command(): Command {
  return new Command('api')
    .description("the agency's api: displays, alerts, pictures")
    .addHelpText('after', EXAMPLES)
    .addCommand(runCommand())
    .addCommand(openApiCommand())
}

function runCommand(): Command {
  return withBroker(new Command('run').description('run the api until it is stopped (Ctrl-C)'))
    .option('--port <number>', 'port to listen on; 0 takes a free one', wholeNumber(0, 65535), 8080)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--data <folder>', 'folder of the development token', 'data')
    .option('--rate-limit <number>', 'requests a minute for each address', wholeNumber(1, 1e9), 3000)
    .addOption(
      new Option('--edge-broker <url>', 'where edge agents reach the broker, if not at --broker').env(
        'SIGHTLINE_EDGE_BROKER',
      ),
    )
    .option('--json', 'print one JSON line when it is ready')
    .addHelpText('after', EXAMPLES)
    .action(run)
}

async function run(options: RunOptions): Promise<void> {
  const { port, host, data, rateLimit } = options
  const log = createLog('api')
  const api = await startApi({
    broker: { servers: serversOf(options), keys: options.keys },
    port,
    host,
    dataDir: data,
    requestsPerMinute: rateLimit,
    ...(options.edgeBroker ? { edgeServers: serverList(options.edgeBroker) } : {}),
    log,
  })
  onStop(log, api.close)
  if (options.json) printJson({ type: 'ready', url: api.url, tokenPath: api.tokenPath })
  else printLine(`The api listens on ${api.url}; its development token is in ${api.tokenPath}.`)
}

function openApiCommand(): Command {
  return new Command('openapi')
    .description('print the OpenAPI document; needs no broker')
    .action(async () => printLine(JSON.stringify(await openApiDocument(), null, 2)))
}
