import { randomUUID } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { networkInterfaces } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { SightlineError } from '@sightline/schemas/errors'
import { type Found, foundIn, probeMessage } from './probe.ts'

export interface DiscoverOptions {
  /** How long to wait for answers, ms. */
  readonly forMs: number
  /** Own IPv4 addresses in the networks to search; by default all of this host. */
  readonly networks?: readonly string[]
  readonly port?: number
}

/** The multicast group and port of WS-Discovery. */
const GROUP = '239.255.255.250'
const PORT = 3702
/** More devices and bytes than a network has; anything beyond comes from a flood. */
const MOST_DEVICES = 500
const MOST_BYTES = 8 * 1024 * 1024
/** Questions get lost, and a camera that was asleep hears the second one. */
const QUESTIONS = 2

/** Own addresses in networks that may have cameras. */
export function ownNetworks(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address)
}

/**
 * The ONVIF cameras that answer in this host's networks, in the order of their addresses.
 * @throws SOURCE_UNAVAILABLE when no network can be searched
 */
export async function discover({
  forMs,
  networks = ownNetworks(),
  port = PORT,
}: DiscoverOptions): Promise<Found[]> {
  const found = new Map<string, Found>()
  const asked = await Promise.allSettled(networks.map((own) => ask(own, port, forMs, found)))
  if (!asked.some(({ status }) => status === 'fulfilled')) {
    const reason = asked.find((one) => one.status === 'rejected')?.reason
    throw new SightlineError('SOURCE_UNAVAILABLE', 'no network of this host could be asked for cameras', {
      cause: reason,
      hint: 'See whether the host has an IPv4 address; in a container, use the network of the host.',
    })
  }
  return [...found.values()].sort((a, b) => a.address.localeCompare(b.address, 'en', { numeric: true }))
}

async function ask(own: string, port: number, forMs: number, found: Map<string, Found>): Promise<void> {
  const socket = createSocket({ type: 'udp4' })
  const id = randomUUID()
  let bytes = 0
  try {
    socket.bind(0, own)
    await once(socket, 'listening')
    socket.on('error', () => {})
    socket.on('message', (message, { address: from }) => {
      bytes += message.length
      if (bytes > MOST_BYTES) return
      for (const device of foundIn(message, from, id)) {
        // For each id, the first answer counts: nobody can replace a known device.
        if (found.size < MOST_DEVICES && !found.has(device.id)) found.set(device.id, device)
      }
    })
    socket.setMulticastInterface(own)
    socket.setMulticastTTL(1)
    const question = Buffer.from(probeMessage(id))
    for (let n = 0; n < QUESTIONS; n++) {
      await new Promise<void>((done, failed) =>
        socket.send(question, port, GROUP, (error) => (error ? failed(error) : done())),
      )
      await sleep(forMs / QUESTIONS)
    }
  } finally {
    socket.close()
  }
}
