import type { StreamConfig, StreamState } from '@nats-io/jetstream'
import { createInbox, type NatsConnection, type Status } from '@nats-io/transport-node'
import { inboxOf } from '@sightline/schemas/accounts'
import { SightlineError } from '@sightline/schemas/errors'

/** A stream as it was when its snapshot began. */
export interface SnapshotOf {
  readonly config: Partial<StreamConfig> & { name: string }
  readonly state: Partial<StreamState>
}

/** Bytes of one piece; the server's own choice. Each is acknowledged, so no more than its window is in memory. */
const PIECE = 128 * 1024
/** How long one answer may take: the server checks the stream's files before the first one. */
const PATIENCE_MS = 120_000

const decoder = new TextDecoder()

/**
 * Copies a stream while it is in use: its files as the server packs them, with every sequence and time, without consumers.
 * @param begin is called once, before the first piece
 * @param take is called for each piece, in order; the server waits for it
 * @throws BROKER_FAILED, and what `begin` and `take` throw
 */
export async function takeSnapshot(
  connection: NatsConnection,
  stream: string,
  begin: (of: SnapshotOf) => Promise<void>,
  take: (piece: Uint8Array) => Promise<void>,
): Promise<void> {
  const deliver = createInbox(inboxOf('admin'))
  const what = `copy the stream ${stream}`
  const pieces = connection.subscribe(deliver)
  const forget = whenLost(connection, () => pieces.unsubscribe())
  try {
    const request = { deliver_subject: deliver, no_consumers: true, chunk_size: PIECE, jsck: true }
    await begin(
      await call<SnapshotOf>(connection, `$JS.API.STREAM.SNAPSHOT.${stream}`, what, JSON.stringify(request)),
    )
    const iterator = pieces[Symbol.asyncIterator]()
    for (;;) {
      const next = await within(iterator.next(), what)
      if (next.done) throw failed(what, 'the connection was lost')
      const { data, headers } = next.value
      if ((headers?.code ?? 0) >= 400) throw failed(what, headers!.description || `status ${headers!.code}`)
      if (data.length === 0) return
      await take(data)
      next.value.respond()
    }
  } finally {
    forget()
    pieces.unsubscribe()
  }
}

/** Pieces that came while the connection was lost are gone, and the server does not send them again. @returns ends the watch */
function whenLost(connection: NatsConnection, onLost: () => void): () => void {
  const states = connection.status() as AsyncIterable<Status> & { stop(): void }
  const watch = async () => {
    for await (const { type } of states) if (type === 'disconnect') onLost()
  }
  void watch()
  return () => states.stop()
}

/**
 * Makes a stream from a copy, with the sequences and times that it had. What is older than the stream keeps goes at once.
 * @param connection of the administrator, at a broker that has no such stream
 * @throws BROKER_FAILED, also when there is such a stream
 */
export async function restoreSnapshot(
  connection: NatsConnection,
  { config, state }: SnapshotOf,
  pieces: AsyncIterable<Uint8Array>,
): Promise<void> {
  const what = `restore the stream ${config.name}`
  // The server fails at the first message that is too old: so the age comes afterwards, and then the old ones go.
  const { max_age: maxAge, ...ageless } = config
  const { deliver_subject: to } = await call<{ deliver_subject: string }>(
    connection,
    `$JS.API.STREAM.RESTORE.${config.name}`,
    what,
    JSON.stringify({ config: ageless, state }),
  )
  for await (const piece of pieces) await call(connection, to, what, piece)
  await call(connection, to, what, new Uint8Array())
  if (maxAge === undefined || maxAge === 0) return
  await call(connection, `$JS.API.STREAM.UPDATE.${config.name}`, what, JSON.stringify(config))
}

/** @throws BROKER_FAILED when the answer is an error, or does not come */
async function call<T>(
  connection: NatsConnection,
  subject: string,
  what: string,
  payload: string | Uint8Array,
): Promise<T> {
  const { data } = await connection.request(subject, payload, { timeout: PATIENCE_MS }).catch((cause) => {
    throw failed(what, (cause as Error).message, cause)
  })
  // A piece is acknowledged by nothing.
  const answer = data.length === 0 ? {} : JSON.parse(decoder.decode(data))
  if (answer.error) throw failed(what, answer.error.description)
  return answer as T
}

async function within<T>(waiting: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(failed(what, 'the broker sends nothing more')), PATIENCE_MS)
  })
  return Promise.race([waiting, late]).finally(() => clearTimeout(timer))
}

const failed = (what: string, why: string, cause?: unknown) =>
  new SightlineError('BROKER_FAILED', `the broker could not ${what}: ${why}`, {
    cause,
    hint: 'Nothing was changed. Look at the log of the broker, then start the command again.',
  })
