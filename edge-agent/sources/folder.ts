import { mkdir, readdir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { watch } from 'chokidar'
import { fileError, openPicture } from '../pictures/open.ts'
import type { Frame } from './frame.ts'
import { frameInstant } from './frame-name.ts'
import { setAside } from './set-aside.ts'

const PICTURE = /\.(jpe?g|png|webp)$/i

/**
 * The frames that lie in a folder or come into it, in the order of their names, until `signal` ends it.
 * Whoever writes a frame writes it under another name and renames it, so that it is whole when it is seen.
 * A frame that is still there after it was handed out is not handed out again.
 * @param consume delete a frame once its reads are safe
 * @throws PICTURE_NOT_READABLE when the folder cannot be made or read
 */
export async function* folderFrames(
  folder: string,
  signal: AbortSignal,
  consume: boolean,
): AsyncGenerator<Frame> {
  const handedOut = new Set<string>()
  let wake: () => void = () => {}
  await mkdir(folder, { recursive: true }).catch((cause) => {
    throw fileError(folder, cause)
  })
  const watcher = watch(folder, { depth: 0, ignoreInitial: true })
  watcher.on('add', () => wake())
  signal.addEventListener('abort', () => wake(), { once: true })
  try {
    while (!signal.aborted) {
      // Armed before looking: a frame that comes while we look wakes us all the same.
      const woken = new Promise<void>((resolve) => {
        wake = resolve
      })
      const names = await waitingIn(folder, handedOut)
      if (names.length === 0) await woken
      for (const name of names) {
        if (signal.aborted) return
        handedOut.add(name)
        const frame = await frameAt(join(folder, name), consume, () => {
          handedOut.delete(name)
          wake()
        })
        if (frame) yield frame
      }
    }
  } finally {
    await watcher.close()
  }
}

/** Names not yet handed out, in order; forgets those whose file is gone, so that the memory stays small. */
async function waitingIn(folder: string, handedOut: Set<string>): Promise<string[]> {
  const names = await readdir(folder).catch((cause) => {
    throw fileError(folder, cause)
  })
  const present = new Set(names)
  for (const name of handedOut) if (!present.has(name)) handedOut.delete(name)
  return names.filter((name) => PICTURE.test(name) && !handedOut.has(name)).sort()
}

/**
 * A file as a frame; undefined when it is gone again.
 * @param onGone told when it was released and deleted: what has its name now is another frame
 */
export async function frameAt(
  path: string,
  consume: boolean,
  onGone: () => void = () => {},
): Promise<Frame | undefined> {
  const found = await stat(path).catch(() => undefined)
  return (
    found && {
      name: path,
      seenAt: frameInstant(path, found.mtimeMs),
      open: () => openPicture(path),
      release: async () => {
        if (consume) await unlink(path).then(onGone, () => {})
      },
      reject: (error) => setAside(path, error),
    }
  )
}
