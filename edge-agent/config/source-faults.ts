import { addressFault, ENCODED, parseAddress } from '../sources/address.ts'
import type { CameraConfig } from './schema.ts'

/** A fault in one key of a source; it repeats no value. */
interface SourceFault {
  key: string
  text: string
  hint?: string
}

/** Contradictions in a camera's source; no part of an address is used before they are resolved. */
export function sourceFaults(source: CameraConfig['source']): SourceFault[] {
  if (!('url' in source) || source.url === undefined) return []
  const fault = addressFault(source.url)
  if (fault !== undefined) return [{ key: 'url', text: fault, hint: ENCODED }]
  const { user, password, passwordFile, caFile, fingerprint } = source
  const { scheme, user: inAddress } = parseAddress(source.url)!
  const isSecure = /^(https|rtsps)$/i.test(scheme)
  const faults: SourceFault[] = []
  const unless = (isRight: boolean, key: string, text: string) => {
    if (!isRight) faults.push({ key, text })
  }
  const hasPassword = password !== undefined || passwordFile !== undefined
  unless(inAddress === undefined || user === undefined, 'user', 'the address has a user already')
  unless(user === undefined || hasPassword, 'user', 'password or passwordFile is missing')
  unless(
    user !== undefined || !hasPassword,
    password === undefined ? 'passwordFile' : 'password',
    'user is missing',
  )
  unless(password === undefined || passwordFile === undefined, 'passwordFile', 'there is a password already')
  unless(
    [user, password].every((text) => !/\p{Surrogate}/u.test(text ?? '')),
    'password',
    'this is no text',
  )
  unless(
    isSecure || caFile === undefined,
    'caFile',
    `${scheme} uses no certificates; the address would begin with ${scheme}s`,
  )
  unless(
    isSecure || fingerprint === undefined,
    'fingerprint',
    `${scheme} uses no certificates; the address would begin with ${scheme}s`,
  )
  unless(
    caFile === undefined || fingerprint === undefined,
    'caFile',
    'there is a fingerprint already, which alone counts',
  )
  const isUdp = source.type === 'rtsp' && source.transport === 'udp'
  unless(!isSecure || !isUdp, 'transport', 'rtsps needs tcp: udp would not be encrypted')
  return faults
}
