import { BlockList, isIP } from 'node:net'
import { isLoopback } from '@sightline/runtime/loopback'
import { SightlineError } from '@sightline/schemas/errors'
import type { FastifyInstance } from 'fastify'
import { ANY_NETWORK } from '../../access/permissions.ts'

/** This machine only. */
export const LOOPBACK: readonly string[] = ['127.0.0.0/8', '::1/128']

/**
 * Networks as a list for looking up addresses.
 * @param networks addresses or CIDR blocks, IPv4 and IPv6, e.g. `10.20.0.0/16`
 * @throws CONFIG_INVALID naming the first invalid one
 */
export function networkList(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', bits, ...more] = network.trim().split('/')
    const version = isIP(address)
    const width = version === 6 ? 128 : 32
    const prefix = bits === undefined ? width : /^\d{1,3}$/.test(bits) ? Number(bits) : -1
    if (version === 0 || more.length > 0 || prefix < 0 || prefix > width) {
      throw new SightlineError('CONFIG_INVALID', `not a network: ${network}`, {
        hint: 'A network looks like 10.20.0.0/16 or 2001:db8::/32.',
      })
    }
    list.addSubnet(address, prefix, version === 6 ? 'ipv6' : 'ipv4')
  }
  return list
}

/** Whether a request's address is in the list; an IPv4 address may be mapped into IPv6. */
export function isInside(list: BlockList, address: string): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
  const version = isIP(plain)
  return version !== 0 && list.check(plain, version === 6 ? 'ipv6' : 'ipv4')
}

/**
 * Whether an address is a trusted proxy, whose forwarded address is believed.
 * @throws CONFIG_INVALID for an invalid network, or one that covers too much of the world (less than 8 bits): everybody
 * could then claim any address
 */
export function proxyTest(proxies: readonly string[]): (address: string) => boolean {
  const all = proxies.find((proxy) => /\/0*[0-7]$/.test(proxy.trim()))
  if (all !== undefined) {
    throw new SightlineError(
      'CONFIG_INVALID',
      `these trusted proxies would include almost everybody: ${all}`,
      {
        hint: 'List the addresses of the proxies with --trusted-proxies, e.g. 10.20.0.5. Without any, X-Forwarded-For is ignored.',
      },
    )
  }
  const list = networkList(proxies)
  return (address) => isInside(list, address)
}

/** Key for counting a caller: the address; for IPv6 the network of a household, which has 2^64 addresses. */
export function countingKey(address: string): string {
  if (isIP(address) !== 6 || address.includes('.')) return address
  const [front = '', back] = address.split('%')[0]!.split('::')
  const [head, tail] = [front, back ?? ''].map((part) => (part === '' ? [] : part.split(':')))
  const zeros = back === undefined ? 0 : 8 - head!.length - tail!.length
  const groups = [...head!, ...Array<string>(zeros).fill('0'), ...tail!]
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}

/** Refuses requests from outside the agency's networks, before anything else is checked (ACC-7). */
export function addNetworks(app: FastifyInstance, networks: readonly string[]): void {
  const list = networkList(networks)
  app.addHook('onRequest', async (request) => {
    if (ANY_NETWORK.has(`${request.method} ${request.routeOptions.url}`)) return
    if (isInside(list, request.ip)) return
    throw new SightlineError('NETWORK_REFUSED', "your address is not in the agency's networks (ACC-7)", {
      hint: "Connect from the agency's network. An administrator of the host sets the networks with --networks.",
    })
  })
}

/**
 * Without a configured public URL, the api answers only to the names of this machine. Another site's page could point
 * its own name here (DNS rebinding), and a caller using another name would have the api write that name into links in
 * e-mails (ACC-7). With a public URL, links and the Origin are checked against it, whatever name a proxy uses.
 */
export function addHostCheck(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    if (isLoopback(request.hostname)) return
    if (ANY_NETWORK.has(`${request.method} ${request.routeOptions.url}`)) return
    throw new SightlineError('NETWORK_REFUSED', 'the api does not answer under this host name (ACC-7)', {
      hint: 'Open http://127.0.0.1 or http://localhost. Behind a proxy, set the address that browsers use with --public-url.',
    })
  })
}
