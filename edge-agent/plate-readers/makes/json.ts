import { SightlineError } from '@sightline/schemas/errors'

import { invalidMessage, type Part } from '../reading.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * The JSON of a message: its body, or the part that contains JSON. `JSON.parse` limits the nesting.
 * @throws MESSAGE_NOT_JSON, MESSAGE_INVALID
 */
export function jsonIn(parts: readonly Part[]): unknown {
  const part =
    parts.find(({ type }) => /[/+]json$/.test(type)) ??
    parts.find(({ name }) => name === 'json') ??
    parts.find(({ type, bytes }) => !type.startsWith('image/') && isObject(bytes))
  if (!part) throw invalidMessage('has no JSON')
  let value: unknown
  try {
    value = JSON.parse(utf8.decode(part.bytes))
  } catch (cause) {
    throw new SightlineError('MESSAGE_NOT_JSON', 'the message of the plate reader is not JSON', { cause })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalidMessage('is not a JSON object')
  return value
}

const isObject = (bytes: Uint8Array) => /^\s*\{/.test(Buffer.from(bytes.subarray(0, 32)).toString('latin1'))

/** An image in base64, with or without the prefix `data:image/jpeg;base64,`; undefined if there is none. */
export function imageOf(text: string | null | undefined): Uint8Array | undefined {
  const [, base64 = ''] = /^(?:data:image\/[\w.+-]+;base64,)?([A-Za-z0-9+/=\s]+)$/.exec(text ?? '') ?? []
  const bytes = Buffer.from(base64, 'base64')
  return bytes.length > 0 ? bytes : undefined
}
