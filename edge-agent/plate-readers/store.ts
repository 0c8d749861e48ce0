import type { Logger } from '@sightline/runtime/log'
import type { Read } from '@sightline/schemas/read'
import type { PictureKind } from '@sightline/schemas/subjects'
import type { CameraParts } from '../camera/pipeline.ts'
import { retryUntilStored } from '../spool/until-stored.ts'
import { createPasses, type Passes, type SavedPasses } from './passes.ts'

/** Stores a plate reader's reads and its memory of passes on the disk. */
export interface ReadStore {
  /** State remembered from earlier runs. */
  readonly passes: Passes
  /**
   * Writes reads and the memory of passes in one step; waits while the disk refuses. @throws when the wait is abandoned
   */
  commit(reads: readonly Read[]): Promise<void>
  /** Writes one picture of a read. If it cannot be written, the read remains without it. */
  keepPicture(read: Read, kind: PictureKind, bytes: Uint8Array): Promise<void>
}

/** Increase it with every change of what is saved. */
const VERSION = 1

/**
 * @param source memory of another source is ignored
 * @param givingUp ends the wait for a disk that refuses
 */
export function openReadStore(
  camera: string,
  source: string,
  spools: CameraParts['spools'],
  log: Logger,
  givingUp: AbortSignal,
): ReadStore {
  const passes = createPasses(parseSaved(spools.reads.remembered(camera), source))
  return {
    passes,
    commit(reads) {
      const messages = reads.map((read) => ({ id: read.id, payload: Buffer.from(JSON.stringify(read)) }))
      const state = JSON.stringify({ v: VERSION, source, ...passes.save() })
      return retryUntilStored(camera, () => spools.reads.commit({ camera, messages, state }), log, givingUp)
    },
    async keepPicture({ pictures }, kind, bytes) {
      const id = pictures[kind]
      if (id === null) return
      await spools.pictures
        .append({ camera, id, payload: bytes })
        .catch((err) => log.warn({ err, camera }, 'a read has no pictures'))
    },
  }
}

/** @returns undefined for the memory of another source, or of another version of the agent */
function parseSaved(text: string | undefined, source: string): SavedPasses | undefined {
  if (text === undefined) return undefined
  const saved = JSON.parse(text) as SavedPasses & { v: number; source: string }
  return saved.v === VERSION && saved.source === source ? saved : undefined
}
