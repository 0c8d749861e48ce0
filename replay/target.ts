import { SightlineError } from '@sightline/schemas/errors'

/**
 * Load is for this machine; another one is somebody's service.
 * @param address of a broker or an api
 * @throws USAGE
 */
export function refuseRemote(address: string): void {
  const { hostname } = new URL(address.includes('://') ? address : `nats://${address}`)
  if (['localhost', '[::1]'].includes(hostname) || hostname.startsWith('127.')) return
  throw new SightlineError('USAGE', `${hostname} is not this machine`, {
    hint: 'Give --allow-remote if it is yours and may take the load.',
  })
}
