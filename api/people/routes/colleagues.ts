import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Colleague } from '@sightline/schemas/person'
import Type from 'typebox'
import { emptyFile } from '../../access/requests.ts'
import { rolesOf } from '../../access/validity.ts'
import type { AppDeps } from '../../app.ts'
import { problems } from '../../shared/problem.ts'
import { valuesOf } from '../../shared/records.ts'

/**
 * Who works here, by name. All of the agency and not one's own cases' people alone: displays, lookouts and products are
 * seen across groups with the id of who made them, a case is handed to somebody who is in none with one yet, and which
 * people share a case would say more than the list of all does. Who left stays in it: what they did is still read.
 */
export const colleagueRoute: FastifyPluginAsyncTypebox<AppDeps> = async (app, { access, people }) => {
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
