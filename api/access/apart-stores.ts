import type { AccessFile } from '@sightline/schemas/access-request'
import type { Person } from '@sightline/schemas/person'
import type { PeopleStores } from '../people/stores.ts'
import { makesAnalyst, requireApart } from './apart.ts'
import { isAnalyst } from './validity.ts'

/**
 * Wraps the stores of people so that no write, by whatever route, gives a person roles that one person cannot have
 * together (ACC-1). A write that removes roles, or adds none, always passes: a person who has two by a way around this
 * can still be suspended and corrected. Two writes at the same instant may pass each other; `rolesOfSession` then
 * decides what a session carries.
 */
export function keepRolesApart<T extends Pick<PeopleStores, 'people' | 'access'>>(stores: T): T {
  const { people, access } = stores
  return {
    ...stores,
    people: {
      ...people,
      put: async (id: string, person: Person, revision: number) => {
        if (person.offices.length > 0) {
          const [before, file] = await Promise.all([people.find(id), access.find(id)])
          const isGiven = person.offices.some((office) => !before?.value.offices.includes(office))
          if (isGiven) {
            requireApart([
              ...person.offices,
              ...(file && isAnalyst(file.value) ? (['analyst'] as const) : []),
            ])
          }
        }
        return people.put(id, person, revision)
      },
    },
    access: {
      ...access,
      put: async (id: string, file: AccessFile, revision: number) => {
        const before = await access.find(id)
        if (makesAnalyst(before?.value, file)) {
          const offices = (await people.find(id))?.value.offices ?? []
          requireApart([...offices, 'analyst'])
        }
        return access.put(id, file, revision)
      },
    },
  }
}
