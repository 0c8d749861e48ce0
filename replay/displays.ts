import { randomBytes } from 'node:crypto'
import type { NatsConnection } from '@nats-io/transport-node'
import { publishAll } from '@sightline/broker/publish-all'
import { type Clock, instant } from '@sightline/runtime/clock'
import type { Display } from '@sightline/schemas/display'
import { SightlineError } from '@sightline/schemas/errors'
import { DISPLAYS } from '@sightline/schemas/streams'

/**
 * The displays of planted hits, one per plate. They are written into the bucket by a special user, bypassing the api
 * and its audit record: they belong to a load test and to nobody's case. They are marked as a test's, so no list of the api
 * has them and all that they raise are test alerts, and they are removed at its end.
 */
export interface PlantedDisplays {
  /** Id of the display of a planted plate. */
  idOf(plate: string): string
  close(): Promise<void>
}

/** They expire if a run is killed before it can close them. */
const LAST_MS = 24 * 3_600_000
/** How long to wait for the broker to store all of them. */
const PATIENCE_MS = 30_000
const LONG_AGO = '1970-01-01T00:00:00.000Z'

/**
 * @param user of the connection: `replay`
 * @param plates one display each
 * @throws BROKER_DENIED for any other user, BROKER_UNREACHABLE
 */
export async function plantDisplays(
  connection: NatsConnection,
  user: string,
  plates: readonly string[],
  clock: Clock,
): Promise<PlantedDisplays> {
  const run = randomBytes(6).toString('hex')
  const ids = new Map(plates.map((plate, n) => [plate, `replay-${run}-${n}`]))
  const expiresAt = instant(clock() + LAST_MS)
  const write = async (what: 'planted' | 'removed') => {
    const messages = [...ids].map(([plate, id]) => ({
      ...{ subject: `$KV.${DISPLAYS}.${id}`, msgID: `${id}-${what}` },
      ...(what === 'planted'
        ? { payload: JSON.stringify(plantedDisplay(id, plate, expiresAt)) }
        : { payload: '', headers: { 'KV-Operation': 'DEL' } }),
    }))
    const signal = AbortSignal.timeout(PATIENCE_MS)
    await publishAll(connection, messages, { user, signal }).catch((cause: Error) => {
      if (cause.name !== 'TimeoutError') throw cause
      throw new SightlineError('BROKER_UNREACHABLE', `the displays of the test could not be ${what}`, {
        cause,
        hint: `The broker does not answer. Those that are there expire at ${expiresAt}.`,
      })
    })
  }
  await write('planted')
  return { idOf: (plate) => ids.get(plate) ?? '', close: () => write('removed') }
}

/** As old as possible, so that recorded reads also match: a display does not match older reads (DSP-1). */
const plantedDisplay = (id: string, plate: string, expiresAt: string): Display => ({
  v: 1,
  id,
  plate,
  region: null,
  priority: 'low',
  owner: 'replay',
  state: 'active',
  test: true,
  reason: 'Planted by a load test (sightline replay)',
  caseRef: 'LOAD-TEST',
  createdAt: LONG_AGO,
  noticeConfirmedAt: LONG_AGO,
  validatedAt: LONG_AGO,
  expiresAt,
})
