import { open, stat, statfs } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'

/**
 * After a write that failed because the disk was full, nats-server (2.15) refuses every later message of the stream, with the
 * error of then, until it is started again, while its state looks well. It says so in its log, once for each message.
 */
const REFUSED = /failed to store a msg on stream '([^']+)': .*no space left on device/g

/** Streams whose messages the server could not store, by its log. */
export function stuckStreams(log: string): string[] {
  return [...new Set([...log.matchAll(REFUSED)].map(([, name]) => name!.split(' > ').at(-1)!))]
}

export interface StoreWatch {
  /** The server's log. */
  logPath: string
  /** A folder on the disk of the store. */
  folder: string
  /** Time between two looks. */
  everyMs: number
  signal: AbortSignal
}

/** So much free disk that a message is not refused for want of room, bytes. */
const ROOM = 16 * 1024 * 1024
/** More of the log than this is not read at once, bytes. */
const MOST = 256 * 1024

/**
 * Waits until the server refuses messages for a full disk although the disk has room, now and at the look before.
 * @returns the streams that are stuck; none when `signal` aborts
 */
export async function stuckStore({ logPath, folder, everyMs, signal }: StoreWatch): Promise<string[]> {
  let position = await sizeOf(logPath)
  let hadRoom = false
  while (!signal.aborted) {
    await pause(everyMs, undefined, { signal, ref: false }).catch(() => {})
    if (signal.aborted) break
    const end = await sizeOf(logPath)
    const text = await textOf(logPath, Math.max(position, end - MOST), end)
    position = end
    const hasRoom = await hasRoomAt(folder)
    const stuck = stuckStreams(text)
    // What was refused before there was room says nothing about now.
    if (hadRoom && hasRoom && stuck.length > 0) return stuck
    hadRoom = hasRoom
  }
  return []
}

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  )

async function textOf(path: string, from: number, to: number): Promise<string> {
  if (to <= from) return ''
  const file = await open(path).catch(() => null)
  if (!file) return ''
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(to - from), 0, to - from, from)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}

const hasRoomAt = (folder: string): Promise<boolean> =>
  statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize > ROOM,
    () => false,
  )
