import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'

/** What a program and all that it starts do on the network, seen from outside by strace. */

/** Whether strace is here and may look: some sandboxes forbid it. */
export const hasStrace = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0

/** The words before a program that make strace write what it does to `file`; the program stays our own child. */
export const straced = (file: string): string[] =>
  hasStrace ? ['strace', '-D', '-f', '-qq', '-e', 'trace=%network', '-e', 'signal=none', '-o', file] : []

const TALKS = /^\d+ +(connect|sendto|sendmsg|sendmmsg)\(/
const ADDRESS = /sin6?_port=htons\((\d+)\).*?(?:inet_addr\("|inet_pton\(AF_INET6, "|sin6_addr=")([^"]+)"/g
/** The service of this host that looks names up for others, systemd's. (That of glibc, nscd, is asked for users too.) */
const RESOLVER = /sun_path="([^"]*resolve[^"]*)"/
/** DNS, multicast DNS, LLMNR, DNS over TLS. */
const LOOK_UP_PORTS = new Set([53, 5353, 5355, 853])
const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/

export interface Talk {
  /** Look-ups of names: of whom they are asked. */
  readonly lookUps: string[]
  /** Connections and packets to other hosts than this one. */
  readonly outward: string[]
  /** Those to this host itself. */
  readonly own: string[]
}

/** @param file as strace wrote it */
export async function talkIn(file: string): Promise<Talk> {
  return talkOf(await readFile(file, 'utf8'))
}

export function talkOf(trace: string): Talk {
  const talk: Record<keyof Talk, Set<string>> = { lookUps: new Set(), outward: new Set(), own: new Set() }
  for (const line of trace.split('\n').filter((one) => TALKS.test(one))) {
    const asked = RESOLVER.exec(line)?.[1]
    if (asked) talk.lookUps.add(asked)
    for (const [, port, address] of line.matchAll(ADDRESS)) {
      const isOwn = LOOPBACK.test(address!)
      const kind = LOOK_UP_PORTS.has(Number(port)) ? 'lookUps' : isOwn ? 'own' : 'outward'
      talk[kind].add(`${address}:${port}`)
    }
  }
  return { lookUps: [...talk.lookUps], outward: [...talk.outward], own: [...talk.own] }
}
