import { Colleague } from '@sightline/schemas/person'
import Type from 'typebox'
import { emptyFile } from '../../access/requests.ts'
import { rolesOf } from '../../access/validity.ts'
import type { Route } from '../../app.ts'
import { problems } from '../../shared/problem.ts'
import { valuesOf } from '../../shared/records.ts'

/**
 * Colleagues by name. The list contains the whole agency, not only people of one's own cases: displays, lookouts and
 * products show the id of their author across groups, a case may be handed to somebody who shares no case yet, and a
 * list of people who share a case would reveal more than the whole list. People who left stay in it, because their
 * actions can still be read.
 */
export const colleagueRoute: Route = (app, { access, people }) => {
  app.get(
    '/v1/colleagues',
    {
      config: { permission: 'colleague.list', audit: { action: 'colleague.list' } },
      schema: {
        tags: ['people'],
        summary: 'Names and roles of all who have an account, by id (ACC-8)',
        response: { 200: Type.Object({ colleagues: Type.Array(Colleague) }), ...problems(503) },
      },
    },
    async () => {
      const [persons, files] = await Promise.all([valuesOf(people), valuesOf(access)])
      const fileOf = new Map(files.map((file) => [file.person, file]))
      const colleagues = persons.map((person): Colleague => {
        const { id, name, state } = person
        return {
          id,
          name,
          roles: rolesOf(person, fileOf.get(id) ?? emptyFile(id)),
          active: state === 'active',
        }
      })
      return { colleagues: colleagues.sort((a, b) => (a.id < b.id ? -1 : 1)) }
    },
  )
}
