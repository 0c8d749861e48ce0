import { createHmac, timingSafeEqual } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { sealKeyPath } from '@sightline/broker/keys'
import type { Logger } from '@sightline/runtime/log'
import { SightlineError } from '@sightline/schemas/errors'

/**
 * Proves that a value in a bucket was written by an api: an intruder who can write there, through the broker or its
 * files, cannot make anybody an administrator. A seal is valid only for its bucket and key. An earlier value of the
 * same key, put back, has a valid seal, too: that is not detected.
 */
export interface Seal {
  /** @returns the text to store */
  close(bucket: string, key: string, text: string): string
  /** @returns the sealed text. @throws SEAL_WRONG when it was not sealed, or not for this place */
  open(bucket: string, key: string, stored: Uint8Array): Uint8Array
}

/** Length of a SHA-256 as base64url, before the separator and the text. */
const LENGTH = 43
const DOT = '.'.charCodeAt(0)

/** @param secret at least 32 bytes, the same for every api of an agency */
export function createSeal(secret: Uint8Array, log: Logger): Seal {
  const digest = (bucket: string, key: string, text: string | Uint8Array) =>
    createHmac('sha256', secret).update(`${bucket}\n${key}\n`).update(text).digest('base64url')
  return {
    close: (bucket, key, text) => `${digest(bucket, key, text)}.${text}`,
    open(bucket, key, stored) {
      const text = stored.subarray(LENGTH + 1)
      const said = stored.subarray(0, LENGTH)
      const wanted = Buffer.from(digest(bucket, key, text))
      if (stored[LENGTH] === DOT && timingSafeEqual(said, wanted)) return text
      log.error({ bucket, key, code: 'SEAL_WRONG' }, 'a record was not written by an api; it is ignored')
      throw new SightlineError('SEAL_WRONG', `the record of ${key} was not written by this system`, {
        hint: 'It is ignored. Tell the people who run the system: docs/operations.md says what to check.',
      })
    },
  }
}

/**
 * The seal with the secret stored beside the api's broker key.
 * @param keys folder of key files
 * @throws CONFIG_INVALID
 */
export async function loadSeal(keys: string, log: Logger): Promise<Seal> {
  const path = sealKeyPath(keys)
  const secret = await readFile(path, 'utf8').catch((cause) => {
    throw new SightlineError('CONFIG_INVALID', `cannot read the secret that seals records: ${path}`, {
      cause,
      hint: 'The broker creates it beside api.nk (./sightline broker run, or broker init). Every api needs the same file.',
    })
  })
  if (!/^[0-9a-f]{64}$/.test(secret.trim())) {
    throw new SightlineError('CONFIG_INVALID', `the secret that seals records is malformed: ${path}`, {
      hint: 'It must be 64 hexadecimal digits. Restore the original file: only that secret validates the records it sealed.',
    })
  }
  return createSeal(Buffer.from(secret.trim(), 'hex'), log)
}
