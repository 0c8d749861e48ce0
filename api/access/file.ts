import type { AccessFile } from '@sightline/schemas/access-request'
import type { Records, Stored } from '../shared/records.ts'
import { emptyFile } from './requests.ts'

/** A person's access file; an empty one, at revision 0, for a person who has never requested access. */
export const accessFileOf = async (
  access: Pick<Records<AccessFile>, 'find'>,
  person: string,
): Promise<Stored<AccessFile>> => (await access.find(person)) ?? { value: emptyFile(person), revision: 0 }
