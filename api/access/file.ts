import type { AccessFile } from '@sightline/schemas/access-request'
import type { Records, Stored } from '../shared/records.ts'
import { emptyFile } from './requests.ts'

/** Somebody's access file as it stands; an empty one, at revision 0, of who has never asked for anything. */
export const accessFileOf = async (
  access: Pick<Records<AccessFile>, 'find'>,
  person: string,
): Promise<Stored<AccessFile>> => (await access.find(person)) ?? { value: emptyFile(person), revision: 0 }
