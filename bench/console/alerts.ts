import { setTimeout as sleep } from 'node:timers/promises'
import { jetstream } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { publishAll } from '@sightline/broker/publish-all'
import { type Alert, alertId } from '@sightline/schemas/alert'
import { type Read, readId } from '@sightline/schemas/read'
import { alertSubject, readSubject } from '@sightline/schemas/subjects'
import { readOfPlate } from '../match/traffic.ts'
import type { DevelopmentApi } from './browser.ts'

/** Mean pause between two reads, ms; not in step with the browser's frames. */
const PAUSE_MS = 120

/** Publishes a read of each plate, one after another. @returns the publishing times, by the reads' ids */
export async function publishReads(
  connection: NatsConnection,
  plates: readonly string[],
): Promise<Map<string, number>> {
  const published = new Map<string, number>()
  const js = jetstream(connection)
  for (const [n, plate] of plates.entries()) {
    const read = seenNow(plate)
    published.set(read.id, Date.now())
    await js.publish(readSubject(read.source, read.camera.id), JSON.stringify(read), { msgID: read.id })
    await sleep(PAUSE_MS * (0.5 + ((n * 0.618) % 1)))
  }
  return published
}

function seenNow(plate: string): Read {
  const read = readOfPlate(plate)
  const seenAt = new Date().toISOString()
  return { ...read, seenAt, id: readId(read.camera.id, seenAt, plate) }
}

export interface ListedAlert {
  sequence: number
  alert: Alert
}

/** The newest alerts that the api lists. */
export async function newestAlerts({ url, token }: DevelopmentApi, limit: number): Promise<ListedAlert[]> {
  const headers = { authorization: `Bearer ${token}` }
  const answer = await fetch(`${url}/v1/alerts?limit=${limit}`, { headers })
  return ((await answer.json()) as { alerts: ListedAlert[] }).alerts
}

/** Stores this many copies of an alert, as the matcher does. */
export async function storeAlerts(connection: NatsConnection, like: Alert, count: number): Promise<void> {
  const all = Array.from({ length: count }, (_, n) => {
    const seenAt = new Date(Date.parse(like.read.seenAt) + n).toISOString()
    const id = readId(like.read.camera.id, seenAt, like.read.plate)
    const read = { ...like.read, id, seenAt }
    const alert: Alert = { ...like, id: alertId(like.display.id, read), read }
    return { subject: alertSubject(like.display.id), payload: JSON.stringify(alert), msgID: alert.id }
  })
  await publishAll(connection, all, { user: 'admin' })
}
