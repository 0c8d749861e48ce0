import { ask, type Link } from '@sightline/broker/link'
import { readValues } from '@sightline/broker/read-stored'
import type { Logger } from '@sightline/runtime/log'
import { type SavedRead, savedReadParser } from '@sightline/schemas/saved-read'
import { SAVED } from '@sightline/schemas/streams'
import { ignoreMalformed } from '../shared/left-out.ts'
import { type ErasableRecords, openErasable, type Stored } from '../shared/records.ts'

export interface SavedStore extends ErasableRecords<SavedRead> {
  /** Everything saved into one case, read from the bucket. @throws BROKER_UNREACHABLE, BROKER_FAILED */
  of(caseId: string): Promise<Stored<SavedRead>[]>
}

/** A read is kept only once in a case. */
export const savedKey = (caseId: string, readId: string): string => `${caseId}.${readId}`

const KIND = {
  store: SAVED,
  parser: savedReadParser,
  what: 'saved read',
  keyOf: ({ case: caseId, read }: SavedRead) => savedKey(caseId, read.id),
}

/** @throws BROKER_UNREACHABLE, BROKER_FAILED */
export async function openSaved(link: Link, log: Logger): Promise<SavedStore> {
  const records = await openErasable(link, KIND, log)
  return {
    ...records,
    of: async (caseId) => {
      const keys = await ask(link, 'list what was saved', async () => {
        const filter = `${caseId}.*`
        const values = await readValues(link, { bucket: SAVED, filter, latestOnly: true })
        return values.map(({ key }) => key)
      })
      const all = await Promise.all(keys.map((key) => records.find(key).catch(ignoreMalformed)))
      return all.filter((one) => one !== undefined)
    },
  }
}
