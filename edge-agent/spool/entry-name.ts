import { crc32 } from 'node:zlib'

/** Description of a spooled message. The name of its file contains all of it: nothing else is on the disk. */
export interface EntryName {
  /** Position in the order of arrival, across all cameras. */
  sequence: number
  /** Its camera; the order of a camera's entries is kept. */
  camera: string
  /** Message id, by which the broker recognizes a repeat. */
  id: string
  /** Length of the payload in bytes. */
  bytes: number
  /** CRC-32 of the payload. */
  checksum: number
}

/** A camera is a token of a subject (schemas/message.ts); an id may contain dots, as names of pictures do. */
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

/** @returns the name for a payload, or null when its camera or id cannot be part of a file name */
export function nameEntry(
  sequence: number,
  { camera, id, payload }: { camera: string; id: string; payload: Uint8Array },
): EntryName | null {
  const name = { sequence, camera, id, bytes: payload.length, checksum: crc32(payload) }
  return parseEntryName(formatEntryName(name)) && name
}

/** Whether a payload matches its name. */
export const isIntact = ({ bytes, checksum }: EntryName, payload: Uint8Array): boolean =>
  payload.length === bytes && crc32(payload) === checksum
