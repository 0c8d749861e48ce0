import { PERMISSIONS, type Permission, PUBLIC_ROUTES, type Rule } from '@sightline/api/access/permissions'
import { type Actor, permit, permitSources, refusalError } from '@sightline/api/access/permit'
import type { AuditLog } from '@sightline/api/audit/log'
import { addPermissions } from '@sightline/api/plugins/app/permit'
import { ROLES } from '@sightline/schemas/person'
import { REQUIREMENTS } from '@sightline/schemas/requirements'
import fc from 'fast-check'
import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'

const permissions = Object.keys(PERMISSIONS) as Permission[]
const anyPermission = fc.constantFrom(...permissions)
const anyActor: fc.Arbitrary<Actor> = fc.record({
  id: fc.constant('somebody'),
  roles: fc.subarray([...ROLES]),
  session: fc.constant('key'),
  consented: fc.boolean(),
  trainingValid: fc.boolean(),
  recertified: fc.boolean(),
  sources: fc.subarray(['edge', 'sim', 'other']),
})

describe('a permission', () => {
  it('is given exactly when the person has the role and everything else it requires', () => {
    const property = fc.property(anyActor, anyPermission, (actor, permission) => {
      const { roles, needs }: Rule = PERMISSIONS[permission]
      const isRole = roles === 'everybody' || actor.roles.some((role) => roles.includes(role))
      const holds = {
        consent: actor.consented,
        training: actor.trainingValid,
        certification: actor.recertified,
      }
      expect(permit(actor, permission) === null).toBe(isRole && needs.every((need) => holds[need]))
    })
    fc.assert(property)
  })

  it('is never lost by adding a role, consent, training or certification', () => {
    const property = fc.property(anyActor, anyActor, anyPermission, (actor, other, permission) => {
      const more = {
        ...actor,
        roles: [...new Set([...actor.roles, ...other.roles])],
        consented: actor.consented || other.consented,
        trainingValid: actor.trainingValid || other.trainingValid,
        recertified: actor.recertified || other.recertified,
      }
      if (permit(actor, permission) === null) expect(permit(more, permission)).toBeNull()
    })
    fc.assert(property)
  })

  it('without consent covers only consenting, signing off, one’s own account, and asking who one is (ACC-5)', () => {
    const fresh: Actor = {
      ...{ id: 'a', roles: ROLES, session: 'key', consented: false },
      ...{ trainingValid: true, recertified: true, sources: [] },
    }
    const possible = permissions.filter((permission) => permit(fresh, permission) === null)
    expect(possible.sort()).toEqual([
      'account.refuse',
      ...['consent.give', 'consent.view', 'session.end', 'session.view'],
    ])
  })

  it('to see camera data needs consent, certification and training (ACC-3, ACC-4, ACC-5)', () => {
    for (const permission of permissions) {
      if (!/^(display|alert|picture|query)\./.test(permission)) continue
      expect([permission, [...PERMISSIONS[permission].needs].sort()]).toEqual([
        permission,
        ['certification', 'consent', 'training'],
      ])
      expect((PERMISSIONS[permission] as Rule).roles).not.toContain('administrator')
    }
  })

  it('that is refused names its requirement and what to do next', () => {
    const ids = new Set(REQUIREMENTS.map(({ id }) => id))
    const property = fc.property(anyActor, anyPermission, (actor, permission) => {
      const refusal = permit(actor, permission)
      if (!refusal) return
      expect(ids).toContain(refusal.requirement)
      const { message, hint, httpStatus } = refusalError(refusal)
      expect(message).toContain(`(${refusal.requirement})`)
      expect([httpStatus, hint!.length > 20]).toEqual([403, true])
    })
    fc.assert(property)
  })

  it('has a sentence, and cites only requirements that exist', () => {
    const ids = REQUIREMENTS.map(({ id }) => id)
    for (const { sentence, requirements } of Object.values(PERMISSIONS)) {
      expect(sentence).toMatch(/^[A-Z].{20,}\.$/)
      expect(ids).toEqual(expect.arrayContaining([...requirements]))
    }
  })
})

describe('sources (ACC-6)', () => {
  it('are refused together when any of them was not granted', () => {
    const property = fc.property(anyActor, fc.subarray(['edge', 'sim', 'other']), (actor, wanted) => {
      const isGranted = wanted.every((source) => actor.sources.includes(source))
      expect(permitSources(actor, wanted) === null).toBe(isGranted)
    })
    fc.assert(property)
  })
})

describe('the app', () => {
  const build = (url: string, config: object) => {
    const app = Fastify()
    addPermissions(app, {} as AuditLog, 1000)
    app.get(url, { config }, () => 'x')
  }

  it('refuses to start with a route that has no permission, or that is public and has one', () => {
    expect(() => build('/v1/forgotten', {})).toThrow(/the route GET \/v1\/forgotten has no permission/)
    expect(() => build('/health', { permission: 'display.list' })).toThrow(/is public/)
    expect(() => build('/health', {})).not.toThrow()
    expect(() => build('/v1/displays', { permission: 'display.list' })).not.toThrow()
  })

  it('has few public routes, and none of them reveals anything about people', () => {
    expect([...PUBLIC_ROUTES].filter((route) => !/sign-on|set-up/.test(route))).toEqual([
      'GET /health',
      'GET /live',
      'GET /openapi.json',
      'GET /reference',
      'GET /reference/start.js',
      'GET /reference/swagger-ui-bundle.js',
      'GET /reference/swagger-ui.css',
      'POST /v1/edge/enroll',
      // The console's files.
      'GET /console.json',
      'GET /*',
    ])
  })
})
