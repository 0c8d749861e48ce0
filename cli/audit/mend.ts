import { findForeignEnd, repairLog } from '@sightline/api/audit/mend'
import { connectBroker } from '@sightline/broker/connect'
import { openLink } from '@sightline/broker/link'
import { systemClock } from '@sightline/runtime/clock'
import { type BrokerOptions, serversOf, withBroker } from '@sightline/runtime/command-line/options'
import { printJson, printLine } from '@sightline/runtime/command-line/output'
import { createLog } from '@sightline/runtime/log'
import { SightlineError } from '@sightline/schemas/errors'
import { createParser, Token } from '@sightline/schemas/message'
import { isReservedActor } from '@sightline/schemas/reserved-ids'
import { Command } from 'commander'

const isName = createParser('name', Token).check

interface MendOptions extends BrokerOptions {
  by?: string
  reason?: string
  json?: boolean
}

/** `sightline audit repair` */
export function mendCommand(): Command {
  return withBroker(
    new Command('repair')
      .alias('mend')
      .description(
        'record that a message in the log is not a record, so that the log continues; without --reason only shows it',
      ),
  )
    .option('--by <name>', 'who repairs it: goes into the log as the actor')
    .option('--reason <words>', 'what happened, and why the log may continue: at least three different words')
    .option('--json', 'print the result as one JSON line')
    .addHelpText(
      'after',
      `
While the log ends with something that is not a record, the api refuses everything: GET /health says "audit":"blocked". The
repair removes nothing from the log; its record names the stray message by its SHA-256. First find out who wrote it: that
takes the key of the api or of the broker's administrator. Keep an export.

Exits with status 1 if there is something to repair and you gave no --reason.

Examples:
  ./sightline audit export --out /mnt/archive/incident
  ./sightline audit repair --keys data/broker/keys
  ./sightline audit repair --keys data/broker/keys --by ops-kim --reason "Stray message of the load test, see INC-204"`,
    )
    .action(runMend)
}

async function runMend({ by, reason, json = false, ...options }: MendOptions): Promise<void> {
  if ((by === undefined) !== (reason === undefined) || !isName(by ?? 'ops') || isReservedActor(by ?? 'ops')) {
    throw new SightlineError(
      'USAGE',
      '--by and --reason go together; --by is the name of a person, without spaces',
      {
        hint: 'E.g. --by ops-kim --reason "Stray message of the load test, see INC-204".',
      },
    )
  }
  const address = { servers: serversOf(options), keys: options.keys, user: 'api' }
  const connection = await connectBroker(address, createLog('audit'))
  try {
    const link = await openLink(connection)
    const foreign = await findForeignEnd(link)
    const say = (result: object, lines: string[]) =>
      json ? printJson({ type: 'mend', ...result }) : printLine(lines.join('\n'))
    if (!foreign) return say({ needed: false }, ['The log ends with a record: there is nothing to repair.'])
    const { messages, sha256, from, to } = foreign
    const told = messages.map(
      ({ sequence, subject, storedAt, bytes }) =>
        `message ${sequence} is not a record: ${bytes} bytes on ${subject}, stored at ${storedAt}`,
    )
    if (by === undefined || reason === undefined) {
      process.exitCode = 1
      return say({ needed: true, from, to, sha256, messages }, [
        ...told,
        `SHA-256 ${sha256}. To continue the log after it: --by NAME --reason "…".`,
      ])
    }
    const number = await repairLog(link, foreign, { by, reason }, systemClock)
    say({ needed: true, from, to, sha256, messages, number }, [
      ...told,
      `Repaired: record ${number} describes the repair.`,
    ])
  } finally {
    await connection.close()
  }
}
