import { createPrivateKey, createPublicKey, randomBytes, sign } from 'node:crypto'

/**
 * Keys of broker users (Ed25519), in the text form of NATS: base32 of a prefix, 32 bytes and a checksum. Node's OpenSSL computes them;
 * `@nats-io/nkeys` does so in JavaScript, 12 ms of a core for each connection, and each broker of a test makes fifteen keys.
 */
export interface Nkey {
  /** `SU…`: secret. */
  readonly seed: string
  /** `U…` */
  readonly publicKey: string
  /** Signature of a server's challenge, base64url. */
  sign(nonce: string): string
}

/** First bytes of a user's seed and of a public key: they make the texts begin with `SU` and `U`. */
const SEED_OF_USER = [0x95, 0x00]
const USER = [0xa0]
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
/** What comes before the 32 bytes of a private key in PKCS #8. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')

/** Makes a new user key. */
export const newNkey = (): Nkey => nkeyOf(encode([...SEED_OF_USER, ...randomBytes(32)]))

/** @throws Error if the text is not the seed of a user */
export function nkeyOf(seed: string): Nkey {
  const bytes = decode(seed)
  const raw = bytes.subarray(2, -2)
  if (raw.length !== 32 || encode([...SEED_OF_USER, ...raw]) !== seed)
    throw new Error('this is not the seed of a user')
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, raw]), format: 'der', type: 'pkcs8' })
  const publicBytes = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32)
  return {
    seed,
    publicKey: encode([...USER, ...publicBytes]),
    sign: (nonce) => sign(null, Buffer.from(nonce), key).toString('base64url'),
  }
}

/** Base32 of bytes and their checksum. */
function encode(bytes: readonly number[]): string {
  const sum = crc16(bytes)
  const bits = [...bytes, sum & 0xff, sum >> 8].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{1,5}/g) ?? []).map((five) => BASE32[Number.parseInt(five.padEnd(5, '0'), 2)]).join('')
}

function decode(text: string): Buffer {
  const bits = Array.from(text, (char) => BASE32.indexOf(char).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}

/** CRC-16 with the polynomial 0x1021, as NATS has it. */
function crc16(bytes: readonly number[]): number {
  let sum = 0
  for (const byte of bytes) {
    sum ^= byte << 8
    for (let bit = 0; bit < 8; bit++) sum = (sum & 0x8000 ? (sum << 1) ^ 0x1021 : sum << 1) & 0xffff
  }
  return sum
}
