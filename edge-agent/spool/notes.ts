import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from '@sightline/runtime/log'
import { SightlineError } from '@sightline/schemas/errors'
import { isFull } from './store.ts'

/** What the spool stores about each camera besides its entries: one small file per camera, replaced as a whole. */
export interface Notes<T> {
  get(camera: string): T | undefined
  all(): T[]
  /** Replaces a camera's note; durable after `sync`. */
  put(camera: string, note: T): Promise<void>
  sync(): Promise<void>
  close(): Promise<void>
}

/** A camera's progress: written with its entries, so that the next run knows what is on the disk. */
export interface Checkpoint {
  /** Sequence of the camera's last valid entry; newer ones were being written when the agent was killed. */
  readonly sequence: number
  /** The camera's own state; the spool does not interpret it. */
  readonly state: string
}

/** The receiver's answer for a camera's last delivered entry: written before the entry is removed. */
export interface Receipt {
  readonly sequence: number
  readonly receipt: number
  /** Last sequence of the entries that went out together after it: the other side has all of them or none. */
  readonly sending?: number
}

export const isCheckpoint = (note: Partial<Checkpoint>): note is Checkpoint =>
  Number.isSafeInteger(note.sequence) && typeof note.state === 'string'

export const isReceipt = (note: Partial<Receipt>): note is Receipt =>
  Number.isSafeInteger(note.sequence) &&
  Number.isSafeInteger(note.receipt) &&
  (note.sending === undefined || Number.isSafeInteger(note.sending))

const SUFFIX = '.json'

/** Reads what an earlier run left; a damaged note is left out and logged. */
export async function openNotes<T extends object>(
  folder: string,
  isNote: (note: Partial<T>) => note is T,
  log: Logger,
): Promise<Notes<T>> {
  await mkdir(folder, { recursive: true })
  const notes = new Map<string, T>()
  for (const file of await readdir(folder)) {
    const path = join(folder, file)
    const note = file.endsWith(SUFFIX) ? parse(await readFile(path, 'utf8'), isNote) : undefined
    if (note) notes.set(file.slice(0, -SUFFIX.length), note)
    else {
      // A file with another name was being written when the agent was killed.
      if (file.endsWith(SUFFIX)) {
        const err = new SightlineError('SPOOL_CORRUPT', `${path} is damaged`)
        log.error({ err }, 'the camera starts over')
      }
      await rm(path, { force: true })
    }
  }
  const directory = await open(folder, 'r')
  return {
    get: (camera) => notes.get(camera),
    all: () => [...notes.values()],
    async put(camera, note) {
      const path = join(folder, `${camera}${SUFFIX}`)
      const text = JSON.stringify(note)
      await replace(path, text).catch((error) => overwrite(path, text, error))
      notes.set(camera, note)
    },
    sync: () => directory.sync(),
    close: () => directory.close(),
  }
}

async function replace(path: string, text: string): Promise<void> {
  const file = await open(`${path}.new`, 'w')
  try {
    await file.writeFile(text)
    await file.datasync()
  } finally {
    await file.close()
  }
  await rename(`${path}.new`, path)
}

/** Bytes that a disk writes completely or not at all. */
const SECTOR = 512

/**
 * Writes a short note into the space that it has, on a disk that has no space for a second one: what was delivered could never
 * leave that disk otherwise.
 * @throws `error`, if there is no note yet, the new one is long, or the disk is not full
 */
async function overwrite(path: string, text: string, error: Error): Promise<void> {
  await rm(`${path}.new`, { force: true }).catch(() => {})
  if (!isFull(error) || Buffer.byteLength(text) > SECTOR) throw error
  const file = await open(path, 'r+').catch(() => {
    throw error
  })
  try {
    const { size } = await file.stat()
    if (size > SECTOR) throw error
    await file.write(text.padEnd(size), 0)
    await file.datasync()
  } finally {
    await file.close()
  }
}

function parse<T extends object>(text: string, isNote: (note: Partial<T>) => note is T): T | undefined {
  try {
    const note = JSON.parse(text) as Partial<T>
    return isNote(note) ? note : undefined
  } catch {
    return undefined
  }
}
