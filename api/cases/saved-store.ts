import { ask, type Link } from '@sightline/broker/link'
import { readValues } from '@sightline/broker/read-stored'
import type { Logger } from '@sightline/runtime/log'
import { type SavedRead, savedReadParser } from '@sightline/schemas/saved-read'
import { SAVED } from '@sightline/schemas/streams'
import { type ErasableRecords, openErasable, type Stored, valuesIn } from '../shared/records.ts'

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
      const filter = `${caseId}.*`
      const values = await ask(link, 'list what was saved', () =>
        readValues(link, { bucket: SAVED, filter, latestOnly: true }),
      )
      return valuesIn(KIND, values, log).found
    },
  }
}
