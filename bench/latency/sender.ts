import { setTimeout as sleep } from 'node:timers/promises'
import { createInbox, headers, type NatsConnection } from '@nats-io/transport-node'
import { connectBroker } from '@sightline/broker/connect'
import { receiverOf } from '@sightline/broker/receive'
import { numberedIds } from '@sightline/replay/ids'
import { type Line, restamp } from '@sightline/replay/line'
import { madeUpSource } from '@sightline/replay/source'
import { systemClock } from '@sightline/runtime/clock'
import { createLog } from '@sightline/runtime/log'
import { inboxOf } from '@sightline/schemas/accounts'
import { readSubject } from '@sightline/schemas/subjects'
import { answerJobs } from '../stack/child.ts'
import { machineClock } from './clock.ts'
import { BARE_SUBJECT, type Job, type Sent } from './job.ts'

/**
 * The sender of `bench latency`, as a separate process: making and sending reads delays neither the measured parts nor the
 * measuring one.
 */

/** Approximate size of a read as JSON. */
const BARE_BYTES = 820
const CAMERAS = 100
/** Beginning of JetStream's refusals; any other answer begins with the stream. */
const REFUSED = [...Buffer.from('{"error"')]
/**
 * Number of reply subjects, used in turn, like those of many agents: if publishes cross a bridge, nats-server 2.15.1 searches
 * all pending requests with the same reply subject.
 */
const REPLIES = 8192
/** Pause between two batches, as short as the timer allows. */
const TICK_MS = 1

interface Message {
  subject: string
  payload: Uint8Array
  /** Id of a read. */
  msgID?: string
  /** Key under which it is timed. */
  timed?: string
}

function* bareMessages({ perSecond, seconds, timed }: Job): Generator<Message, void> {
  const payload = new Uint8Array(BARE_BYTES)
  const every = Math.floor(perSecond / timed)
  for (let n = 0; n < perSecond * seconds; n++) {
    yield { subject: BARE_SUBJECT, payload, ...(n % every === 0 && { timed: `n.${n}` }) }
  }
}

async function made(count: number, planted: number): Promise<Line[]> {
  const lines: Line[] = []
  for await (const line of madeUpSource(count, planted, count, systemClock).lines(() => {})) lines.push(line)
  return lines
}

/**
 * Current reads, each with its own id, from this many cameras in turn. The traffic of one second is made in advance and
 * repeated each second.
 * @returns an iterator that makes them on demand
 */
async function readMessages({ perSecond, seconds, timed, ids }: Job): Promise<Iterator<Message, void>> {
  const numbered = numberedIds(ids)
  const traffic = await made(perSecond, 0)
  const planted = (await made(1 + timed * seconds, timed * seconds)).slice(1)
  const every = Math.floor(perSecond / timed)
  const lineOf = (n: number) =>
    n % every === every - 1 ? planted[Math.floor(n / every)]! : traffic[n % perSecond]!
  function* messages(): Generator<Message, void> {
    for (let n = 0; n < perSecond * seconds; n++) {
      const stamp = { id: numbered.id(n), cameraId: `bench-${(n % CAMERAS) + 1}`, at: Date.now() }
      const { id, text, source, camera, planted: plate } = restamp(lineOf(n), stamp)
      const message = { subject: readSubject(source, camera.id), payload: Buffer.from(text), msgID: id }
      yield plate === null ? message : { ...message, timed: id }
    }
  }
  return messages()
}

async function send(connection: NatsConnection, job: Job): Promise<Sent> {
  const { user, perSecond, seconds, ids } = job
  const result: Sent = { timed: [], sent: 0, acknowledged: 0 }
  const inbox = createInbox(inboxOf(user))
  const refuse = () => {
    throw new Error('the broker refuses the inbox of the sender')
  }
  // A refusal is an answer, too, but a read that was not stored cannot raise an alert.
  const isStored = (data: Uint8Array) => !REFUSED.every((byte, at) => data[at] === byte)
  const take = ({ data }: { data: Uint8Array }) => void (isStored(data) && result.acknowledged++)
  const end = receiverOf(connection)(`${inbox}.*`, take, refuse)
  const messages = ids === undefined ? bareMessages(job) : await readMessages(job)
  const begun = machineClock()
  const dueOf = (n: number) => begun + (n * 1000) / perSecond

  function publish({ subject, payload, msgID, timed }: Message): void {
    if (timed) result.timed.push({ id: timed, due: dueOf(result.sent), sent: machineClock() })
    if (msgID === undefined) connection.publish(subject, payload, timed ? { reply: timed } : {})
    else {
      const h = headers()
      h.set('Nats-Msg-Id', msgID)
      connection.publish(subject, payload, { reply: `${inbox}.${result.sent % REPLIES}`, headers: h })
    }
    result.sent++
  }

  for (;;) {
    const due = Math.min(Math.ceil(((machineClock() - begun) * perSecond) / 1000), perSecond * seconds)
    const batch: Message[] = []
    while (result.sent + batch.length < due) batch.push(messages.next().value!)
    // Within one turn of the event loop: they are sent together.
    for (const message of batch) publish(message)
    if (result.sent === perSecond * seconds) break
    await sleep(TICK_MS)
  }
  await connection.flush()
  const patience = machineClock() + 10_000
  while (ids !== undefined && result.acknowledged < result.sent && machineClock() < patience) await sleep(5)
  end()
  return result
}

const connections = new Map<string, NatsConnection>()
answerJobs(async (job: Job) => {
  const connection = connections.get(job.user) ?? (await connectBroker(job, createLog('bench', 'silent')))
  connections.set(job.user, connection)
  return send(connection, job)
})
