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
 * A feed to an MQTT broker: `TOPIC/CAMERA/read` with the read as JSON, `TOPIC/CAMERA/picture` with a JPEG, and `TOPIC/status`
 * with `online` or, by the broker's own doing when the agent is gone, `offline`.
 * @param cameras ids, for the discovery of Home Assistant
 * @throws what reading its files throws
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
    // What cannot be sent waits in the feed's own line, which is bounded; here nothing is kept.
    queueQoSZero: false,
    will: { topic: status, payload: Buffer.from('offline'), qos: 1, retain: true },
  })
  let failure: Error | undefined
  /** The client says that it is connected while it still sends again what nobody confirmed. */
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
        if (error) log.warn({ reason: error.message }, 'Home Assistant was not told of a camera')
      })
    }
  })

  /** Resolves when the broker has it. What it has not confirmed is given up with its connection, and when time is up. */
  const publish = (place: string, payload: Buffer, signal: AbortSignal, leftMs: number): Promise<void> => {
    if (!isReady) throw failure ?? new Error('the broker of the feed is not connected')
    signal.throwIfAborted()
    // What has waited here must not live for as long again at the broker.
    const messageExpiryInterval = Math.max(1, Math.floor(leftMs / 1000))
    const options = { qos: 1, retain, properties: { messageExpiryInterval } } as const
    return new Promise((resolve, reject) => {
      // The client would send it again with the next connection, however late: a gate must not open then.
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
