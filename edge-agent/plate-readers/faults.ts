import { isLoopback } from '@sightline/runtime/loopback'
import { type EventsSource, type Listen, STREAMING } from './config.ts'
import { isZone } from './when.ts'

/** A fault in one key of a plate reader's source. */
interface Fault {
  readonly key: readonly string[]
  readonly text: string
}

/**
 * Faults that the schema of a plate reader's source cannot detect.
 * @param listeners settings of each address seen so far; new ones are added
 */
export function eventsFaults(source: EventsSource, listeners: Map<string, string>): Fault[] {
  const { make, secret, secretFile, zone, listen, url } = source
  const faults: Fault[] = []
  const add = (at: string[], text: string) => void faults.push({ key: at, text })
  if (zone !== undefined && !isZone(zone)) add(['zone'], 'is no time zone, such as America/Los_Angeles')
  const hasSecret = secret !== undefined || secretFile !== undefined
  if ((listen === undefined) === (url === undefined)) {
    add(['make'], 'give either listen, where the reader sends to, or url, the stream that the agent fetches')
  } else if (listen) {
    if (!hasSecret || (secret !== undefined && secretFile !== undefined))
      add(['make'], 'give either secret or secretFile: the reader has to send it along')
    for (const name of FETCHING) if (source[name] !== undefined) add([name], 'belongs to url')
    listenFaults(listen, listeners, add)
  } else {
    if (!STREAMING.has(make)) add(['url'], `${make} offers no stream: it has to send to listen`)
    if (hasSecret)
      add(
        [secret === undefined ? 'secretFile' : 'secret'],
        'belongs to listen; sign in with user and password',
      )
  }
  return faults
}

/** Keys for reaching a camera. */
const FETCHING = ['user', 'password', 'passwordFile', 'caFile', 'fingerprint'] as const

function listenFaults(
  { host, port, certificate, key, allowPlain = false }: Listen,
  listeners: Map<string, string>,
  add: (at: string[], text: string) => void,
): void {
  if ((certificate === undefined) !== (key === undefined)) {
    add(['listen'], 'certificate and key belong together')
  } else if (certificate === undefined && !isLoopback(host) && !allowPlain) {
    add(
      ['listen'],
      'give certificate and key; without them the secret can be read on the line (allowPlain: true)',
    )
  }
  const said = JSON.stringify([certificate, key])
  const before = listeners.get(`${host}:${port}`)
  if (before !== undefined && before !== said) {
    add(['listen'], 'another camera listens at this address with another certificate')
  }
  listeners.set(`${host}:${port}`, said)
}
