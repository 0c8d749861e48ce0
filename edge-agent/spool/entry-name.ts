import { crc32 } from 'node:zlib'

/** What a spooled message is called. The name of its file says all of this: nothing else is on the disk. */
export interface EntryName {
  /** Place in the order of arrival, over all cameras. */
  sequence: number
  /** Camera that it is of; order is kept among its entries. */
  camera: string
  /** Message id: the broker recognizes a repeat by it. */
  id: string
  /** Length of the payload in bytes. */
  bytes: number
  /** CRC-32 of the payload. */
  checksum: number
}

/** A camera is a token of a subject (schemas/message.ts); an id may have dots, as names of pictures do. */
const NAME = /^(\d{12})\.([A-Za-z0-9_-]{1,64})\.(\d{1,10})\.([0-9a-f]{8})\.([A-Za-z0-9_.-]{1,150})$/

/** @returns the name of the file; names sort by sequence */
export function formatEntryName({ sequence, camera, id, bytes, checksum }: EntryName): string {
  return [String(sequence).padStart(12, '0'), camera, bytes, checksum.toString(16).padStart(8, '0'), id].join(
    '.',
  )
}

/** @returns null for a file that is not an entry */
export function parseEntryName(file: string): EntryName | null {
  const [, sequence, camera, bytes, checksum, id] = NAME.exec(file) ?? []
  if (!camera || !id) return null
  return {
    sequence: Number(sequence),
    camera,
    id,
    bytes: Number(bytes),
    checksum: Number.parseInt(checksum ?? '', 16),
  }
}

/** @returns the name for a payload, or null when its camera or id cannot be part of a file's name */
export function nameEntry(
  sequence: number,
  { camera, id, payload }: { camera: string; id: string; payload: Uint8Array },
): EntryName | null {
  const name = { sequence, camera, id, bytes: payload.length, checksum: crc32(payload) }
  return parseEntryName(formatEntryName(name)) && name
}

/** Whether a payload is what its name says. */
export const isIntact = ({ bytes, checksum }: EntryName, payload: Uint8Array): boolean =>
  payload.length === bytes && crc32(payload) === checksum
