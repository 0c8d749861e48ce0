/**
 * Ids of displays in 18 bytes each: a length and 6 bits per character of `Token`. Ids of more than 22 characters, which
 * the api does not create, are kept as strings.
 */
export interface Ids {
  put(slot: number, id: string): void
  get(slot: number): string
  drop(slot: number): void
  /** Loads an id for `is`. @returns its hash, 32 bits */
  ask(id: string): number
  /** Whether the slot has the id loaded last. */
  is(slot: number): boolean
  /** The hash of the slot's id. */
  hash(slot: number): number
  /** Allocates space for a number of slots. */
  resize(slots: number): void
  readonly bytes: number
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-'
const CODE = Uint8Array.from({ length: 128 }, (_, unit) =>
  Math.max(0, ALPHABET.indexOf(String.fromCharCode(unit))),
)
const LONGEST = 22
const STRIDE = 18
/** First byte of an id that is kept as a string; its other bytes contain its beginning. */
const KEPT = 255

export function createIds(): Ids {
  let bytes = new Uint8Array(0)
  let asked = ''
  const packed = new Uint8Array(STRIDE)
  const long = new Map<number, string>()

  function pack(id: string, to: Uint8Array, at: number): void {
    to[at] = id.length > LONGEST ? KEPT : id.length
    let [bits, held, next] = [0, 0, at + 1]
    for (let i = 0; i < LONGEST; i++) {
      bits = (bits << 6) | (i < id.length ? CODE[id.charCodeAt(i)]! : 0)
      held += 6
      if (held < 8) continue
      held -= 8
      to[next++] = bits >>> held
    }
    to[next] = bits << (8 - held)
  }

  function hashOf(of: Uint8Array, at: number): number {
    let h = 0
    for (let i = at; i < at + STRIDE; i++) h = Math.imul(h ^ of[i]!, 0x01000193)
    h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d)
    return h ^ (h >>> 13)
  }

  function get(slot: number): string {
    const at = slot * STRIDE
    const length = bytes[at]!
    if (length === KEPT) return long.get(slot)!
    let id = ''
    for (let i = 0; i < length; i++) {
      const byte = at + 1 + ((i * 6) >>> 3)
      const two = (bytes[byte]! << 8) | bytes[byte + 1]!
      id += ALPHABET[(two >>> (10 - ((i * 6) & 7))) & 63]
    }
    return id
  }

  return {
    put(slot, id) {
      pack(id, bytes, slot * STRIDE)
      if (id.length > LONGEST) long.set(slot, id)
    },
    get,
    drop: (slot) => void long.delete(slot),
    ask(id) {
      asked = id
      pack(id, packed, 0)
      return hashOf(packed, 0)
    },
    is(slot) {
      const at = slot * STRIDE
      // Ids begin with the time: those created together differ at their end.
      for (let i = STRIDE - 1; i >= 0; i--) if (bytes[at + i] !== packed[i]) return false
      return packed[0] !== KEPT || long.get(slot) === asked
    },
    hash: (slot) => hashOf(bytes, slot * STRIDE),
    resize(slots) {
      const before = bytes
      // A spare byte: the last character of the last id is read as the upper part of two bytes.
      bytes = new Uint8Array(slots * STRIDE + 1)
      bytes.set(before)
    },
    get bytes() {
      return bytes.byteLength
    },
  }
}
