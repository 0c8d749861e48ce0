import { isLoopback } from '@sightline/runtime/loopback'
import type { EventsSource } from './config.ts'
import { isZone } from './when.ts'

/** What is wrong with a key of a plate reader's source. */
interface Fault {
  readonly key: readonly string[]
  readonly text: string
}

/**
 * What the schema of a plate reader's source cannot tell.
 * @param listeners what was said of each address before, to be added to
 */
export function eventsFaults(source: EventsSource, listeners: Map<string, string>): Fault[] {
  const { secret, secretFile, zone, listen } = source
  const { host, port, certificate, key, allowPlain = false } = listen
  const faults: Fault[] = []
  const add = (at: string[], text: string) => void faults.push({ key: at, text })
  if ((secret === undefined) === (secretFile === undefined)) {
    add(['make'], 'give either secret or secretFile: the reader has to send it along')
  }
  if (zone !== undefined && !isZone(zone)) add(['zone'], 'is no time zone, such as America/Los_Angeles')
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
  return faults
}
