import type { NatsConnection } from '@nats-io/transport-node'
import { type Line, tallyLine } from '@sightline/cli/soak/account'
import type { Analyst } from '@sightline/cli/soak/analyst'
import type { Cameras } from '@sightline/cli/soak/cameras'
import { vehicleOf } from '@sightline/cli/soak/plan'
import { alertParser } from '@sightline/schemas/alert'
import { readParser } from '@sightline/schemas/read'
import { ALERTS, isReadStream } from '@sightline/schemas/streams'
import { storedIn } from './stored.ts'

/**
 * What went in during an upgrade against what is stored: each read once, each planted hit one alert.
 * @param admin connection of the administrator
 */
export async function accountOf(
  admin: NatsConnection,
  traffic: Pick<Cameras, 'taken'>,
  analysts: readonly Analyst[],
): Promise<Line[]> {
  const stored = await storedIn(admin, (stream) => stream === ALERTS || isReadStream(stream))
  const [reads, alerts] = [new Map<string, number>(), new Map<string, number>()]
  for (const { stream, text } of stored) {
    const data = Buffer.from(text)
    const alert = stream === ALERTS ? alertParser.parseJson(data) : null
    const vehicle = vehicleOf((alert?.read ?? readParser.parseJson(data)).plate)
    if (vehicle === null) continue
    if (alert) count(alerts, `${alert.display.id} ${vehicle}`)
    else count(reads, String(vehicle))
  }
  const hits = analysts.flatMap(({ watched }) => [...watched].map(([display, one]) => `${display} ${one}`))
  const taken = new Set([...traffic.taken].map(String))
  return [
    tallyLine('each read that the agent took is stored once', { expected: taken, found: reads }),
    tallyLine('each planted hit is one alert', { expected: new Set(hits), found: alerts }),
  ]
}

function count(times: Map<string, number>, what: string): void {
  times.set(what, (times.get(what) ?? 0) + 1)
}
