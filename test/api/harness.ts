import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { type Api, type ApiOptions, startApi } from '@sightline/api/main'
import type { Problem } from '@sightline/api/shared/problem'
import { connectBroker } from '@sightline/broker/connect'
import { type EmbeddedBroker, startEmbeddedBroker } from '@sightline/broker/embedded'
import { createLog } from '@sightline/runtime/log'
import { type Alert, alertId } from '@sightline/schemas/alert'
import type { NewCase } from '@sightline/schemas/case'
import { EDGE_SOURCE, readId } from '@sightline/schemas/read'
import { AUDIT } from '@sightline/schemas/streams'
import { alertSubject } from '@sightline/schemas/subjects'
import { AUDIT_OWNER } from '../support/audit-owner.ts'
import { untilBack } from '../support/broker.ts'

const log = createLog('test', 'silent')

/** A real broker with one api on it, in a folder of its own. */
export interface Rig {
  api: Api
  dataDir: string
  broker: EmbeddedBroker
  /** Connection of the broker's admin. */
  admin: NatsConnection
  /** A request with the development token. */
  call(path: string, init?: RequestInit): Promise<Response>
  startApi(options?: Partial<ApiOptions>): Promise<Api>
  /**
   * Has the server refuse new audit records, as nobody can who only connects to it (test/support/audit-owner.ts).
   * @returns undoes it
   */
  breakAudit(): Promise<() => Promise<void>>
  /** Kills the broker with SIGKILL. */
  killBroker(): Promise<void>
  /** Starts it again on the same port and folder. */
  restartBroker(): Promise<void>
  close(): Promise<void>
}

/** @param options of its first api */
export async function startRig(options: Partial<ApiOptions> = {}): Promise<Rig> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sightline-api-'))
  const start = (port?: number) =>
    startEmbeddedBroker({
      ...{ dataDir, port, vendors: [], edges: {}, log, size: { replicas: 1, storageGib: 1 } },
      more: [AUDIT_OWNER],
      // What is on the disk when is tried by the power cut (test/broker/power-cut.test.ts).
      syncAlways: false,
    })
  const broker = await start()
  const admin = await connectBroker({ servers: broker.url, keys: broker.keys, user: 'admin' }, log)
  const apis: Api[] = []
  const rig: Rig = {
    broker,
    admin,
    dataDir,
    api: undefined as unknown as Api,
    call: (path, init = {}) =>
      fetch(`${rig.api.url}${path}`, {
        ...init,
        headers: { authorization: `Bearer ${rig.api.token}`, ...init.headers },
      }),
    startApi: async (options = {}) => {
      const address = { servers: rig.broker.url, keys: rig.broker.keys }
      const api = await startApi({
        broker: address,
        host: '127.0.0.1',
        port: 0,
        dataDir,
        devToken: true,
        log,
        ...options,
      })
      apis.push(api)
      return api
    },
    breakAudit: async () => {
      const user = AUDIT_OWNER.name
      const owner = await connectBroker({ servers: rig.broker.url, keys: rig.broker.keys, user }, log)
      const manager = await jetstreamManager(owner, { checkAPI: false })
      await manager.streams.update(AUDIT, { max_msg_size: 10 })
      return async () => {
        await manager.streams.update(AUDIT, { max_msg_size: -1 })
        await owner.close()
      }
    },
    killBroker: async () => {
      process.kill(rig.broker.pid, 'SIGKILL')
      await rig.broker.exited
    },
    restartBroker: async () => {
      rig.broker = await start(Number(new URL(broker.url).port))
      await untilBack(admin)
    },
    close: async () => {
      for (const api of apis) await api.close()
      await admin.close()
      await rig.broker.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
  rig.api = await rig.startApi(options)
  return rig
}

/** The body of an answer; the test knows its type. */
export const bodyOf = async <T>(answer: Response | Promise<Response>): Promise<T> =>
  (await (await answer).json()) as T

/** Status and code of a refusal. */
export const refusal = async (answer: Response | Promise<Response>): Promise<[number, string]> => [
  (await answer).status,
  (await bodyOf<Problem>(answer)).code,
]

/** Sends a body as JSON. */
export const json = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
})

/** A case that names plates, so that displays can be kept for it. */
export const caseNaming = (plates: readonly string[], more: Partial<NewCase> = {}): NewCase => ({
  ...{ kind: 'project', caseRef: 'CASE-1', title: 'Stolen vehicles', authority: '19 U.S.C. 1595a' },
  purpose: 'Whereabouts of the vehicle after the seizure',
  subjects: plates.map((plate) => ({ about: { plate }, reason: 'seen near the warehouse of the ring' })),
  ...more,
})

/** A complete alert, told apart by its number. */
export function sampleAlert(number: number): Alert {
  const seenAt = new Date(Date.UTC(2026, 10, 24) + number).toISOString()
  const plate = '7ABC123'
  const id = readId('cam-1', seenAt, plate)
  return {
    v: 1,
    id: alertId('display-1', { id, source: EDGE_SOURCE, camera: { id: 'cam-1' } }),
    raisedAt: seenAt,
    readStoredAt: seenAt,
    match: { kind: 'exact', probability: 0.9 },
    display: {
      id: 'display-1',
      plate,
      priority: 'normal',
      reason: `number ${number}`,
      caseRef: 'CASE-1',
      owner: 'developer',
    },
    read: {
      v: 1,
      id,
      plate,
      confidence: 0.9,
      chars: [],
      region: 'us-ca',
      regionConfidence: 0.8,
      seenAt,
      camera: {
        id: 'cam-1',
        owner: 'Harbor Police',
        ownerType: 'agency',
        kind: 'fixed',
        country: 'US',
        address: null,
      },
      source: EDGE_SOURCE,
      position: null,
      vehicle: null,
      pictures: { plate: null, vehicle: null },
      engine: { name: 'test', version: '1' },
    },
  }
}

/** Publishes alerts `from` … `to - 1` as the matcher does: until each is stored, and never twice. */
export async function publishAlerts(rig: Rig, from: number, to: number): Promise<void> {
  const js = jetstream(rig.admin)
  for (let number = from; number < to; number++) {
    const alert = sampleAlert(number)
    const options = { msgID: alert.id, timeout: 1000, retries: 10 }
    await js.publish(alertSubject(alert.display.id), JSON.stringify(alert), options)
  }
}

export interface SseEvent {
  event: string
  id: number
  data: string
}

/** Reads server-sent events from an answer until `enough` says so; then hangs up. */
export async function readEvents(
  answer: Response,
  enough: (events: SseEvent[]) => boolean,
  timeoutMs = 60_000,
  withCaughtUp = false,
): Promise<SseEvent[]> {
  const events: SseEvent[] = []
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
  const timer = setTimeout(() => void reader.cancel(), timeoutMs)
  let rest = ''
  try {
    while (!enough(events)) {
      const { value, done } = await reader.read()
      if (done) break
      const blocks = (rest + value).split('\n\n')
      rest = blocks.pop()!
      for (const block of blocks) {
        const fields = new Map(block.split('\n').map((line) => splitField(line)))
        if (!fields.has('event') || (fields.get('event') === 'caught-up' && !withCaughtUp)) continue
        events.push({ event: fields.get('event')!, id: Number(fields.get('id')), data: fields.get('data')! })
      }
    }
  } finally {
    clearTimeout(timer)
    await reader.cancel().catch(() => {})
  }
  return events
}

/**
 * Follows server-sent events, as `readEvents`. What happens once it has caught up is in the events.
 * @returns `caughtUp`, which rejects if the events end before, and the events, which come without `caught-up`
 */
export function followEvents(answer: Response, enough: (events: SseEvent[]) => boolean, timeoutMs?: number) {
  let tell = () => {}
  const caughtUp = new Promise<void>((resolve) => {
    tell = resolve
  })
  const others = (all: SseEvent[]) => all.filter(({ event }) => event !== 'caught-up')
  const isEnough = (all: SseEvent[]) => {
    if (all.some(({ event }) => event === 'caught-up')) tell()
    return enough(others(all))
  }
  const events = readEvents(answer, isEnough, timeoutMs, true).then(others)
  const ended = events.then((all) => {
    throw new Error(`the stream has not caught up; its events: ${JSON.stringify(all)}`)
  })
  return { caughtUp: Promise.race([caughtUp, ended]), events }
}

function splitField(line: string): [string, string] {
  const colon = line.indexOf(': ')
  return [line.slice(0, colon), line.slice(colon + 2)]
}
