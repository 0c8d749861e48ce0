import { readFile } from 'node:fs/promises'
import type { Clock } from '@sightline/runtime/clock'
import type { Logger } from '@sightline/runtime/log'
import { connect } from 'mqtt'
import type { MqttFeed } from './config.ts'
import { discoveryOf } from './home-assistant.ts'
import type { Parcel, Transport } from './main.ts'

const CONNECT_MS = 10_000
const AGAIN_MS = 2_000

/**
 * A feed to an MQTT broker: `TOPIC/CAMERA/read` with the read as JSON, `TOPIC/CAMERA/picture` with a JPEG, and
 * `TOPIC/status` with `online`, or `offline`, which the broker itself sends when the agent is gone.
 * @param cameras ids, for Home Assistant's discovery
 * @throws errors of reading its files
 */
export async function mqttTransport(
  feed: MqttFeed,
  cameras: readonly string[],
  log: Logger,
  steady: Clock,
): Promise<Transport> {
  const { topic = 'sightline', retain = false } = feed
  const [password, ca] = await Promise.all([feed.passwordFile, feed.ca].map((path) => path && readFile(path)))
  const status = `${topic}/status`
  const client = connect(feed.url, {
    protocolVersion: 5,
    clean: true,
    ...(feed.user !== undefined && { username: feed.user }),
    ...(password && { password: password.toString('utf8').replace(/\r?\n$/, '') }),
    ...(ca && { ca: [ca] }),
    rejectUnauthorized: true,
    connectTimeout: CONNECT_MS,
    reconnectPeriod: AGAIN_MS,
    // What cannot be sent waits in the feed's own queue, which is limited; nothing is queued here.
    queueQoSZero: false,
    will: { topic: status, payload: Buffer.from('offline'), qos: 1, retain: true },
  })
  let failure: Error | undefined
  /** The client reports a connection while it is still resending unconfirmed messages. */
  let isReady = false
  client.on('error', (error) => {
    failure = error
  })
  let downSince = steady()
  client.on('close', () => {
    if (isReady) downSince = steady()
    isReady = false
  })
  client.on('connect', () => {
    isReady = true
    failure = undefined
    client.publish(status, 'online', { qos: 1, retain: true }, () => {})
    if (!feed.homeAssistant) return
    for (const { topic: place, payload } of discoveryOf(cameras, feed)) {
      client.publish(place, JSON.stringify(payload), { qos: 1, retain: true }, (error) => {
        if (error) log.warn({ reason: error.message }, 'could not announce a camera to Home Assistant')
      })
    }
  })

  /** Resolves when the broker has it. An unconfirmed message is abandoned when its connection or its time ends. */
  const publish = (place: string, payload: Buffer, signal: AbortSignal, leftMs: number): Promise<void> => {
    if (!isReady) throw failure ?? new Error('the broker of the feed is not connected')
    signal.throwIfAborted()
    // A message that has waited here must not live that long again at the broker.
    const messageExpiryInterval = Math.max(1, Math.floor(leftMs / 1000))
    const options = { qos: 1, retain, properties: { messageExpiryInterval } } as const
    return new Promise((resolve, reject) => {
      // The client would resend it on the next connection, however late: a gate must not open then.
      const giveUp = () => void client.removeOutgoingMessage(id)
      const onAbort = () => {
        giveUp()
        reject(new Error('the broker of the feed does not answer'))
      }
      client.once('close', giveUp)
      signal.addEventListener('abort', onAbort, { once: true })
      client.publish(place, payload, options, (error) => {
        client.removeListener('close', giveUp)
        signal.removeEventListener('abort', onAbort)
        if (error) reject(error)
        else resolve()
      })
      const id = client.getLastMessageId()
    })
  }

  return {
    trouble: () =>
      isReady || steady() - downSince < CONNECT_MS
        ? null
        : (failure ?? new Error('the broker does not answer')),
    async send({ message, picture }: Parcel, signal, leftMs) {
      if (picture) await publish(`${topic}/${message.camera}/picture`, Buffer.from(picture), signal, leftMs)
      await publish(`${topic}/${message.camera}/read`, Buffer.from(JSON.stringify(message)), signal, leftMs)
    },
    async close() {
      if (client.connected) {
        const told = new Promise<void>((done) => {
          client.publish(status, 'offline', { qos: 1, retain: true }, () => done())
          setTimeout(done, 500).unref()
        })
        await told
      }
      await client.endAsync(true)
    },
  }
}
