import { describe, expect, it } from 'vitest'
import { openApiDocument } from '../../api/app.ts'

describe('the OpenAPI document', () => {
  it('is built without a broker and names the shared schemas once', async () => {
    const document = JSON.parse(JSON.stringify(await openApiDocument()))
    expect(document.openapi).toBe('3.1.0')
    expect(Object.keys(document.paths)).toEqual([
      '/v1/sign-on',
      '/v1/set-up/look',
      '/v1/set-up',
      '/v1/sign-on/provider',
      '/v1/sign-on/provider/return',
      '/v1/session',
      '/v1/consent',
      '/v1/sign-off',
      '/v1/access/me',
      '/v1/access',
      '/v1/access/requests',
      '/v1/access/{person}/requests/{id}/approve',
      '/v1/access/{person}/requests/{id}/grant',
      '/v1/access/{person}/requests/{id}/refuse',
      '/v1/access/{person}/requests/{id}/withdraw',
      '/v1/access/{person}/requests/{id}/end',
      '/v1/access/{person}/certification',
      '/v1/access/{person}/training',
      '/v1/people',
      '/v1/people/{id}/invitation',
      '/v1/people/{id}',
      '/v1/displays',
      '/v1/displays/{id}',
      '/v1/displays/{id}/close',
      '/v1/alerts',
      '/v1/alerts/stream',
      '/v1/pictures/{name}',
      '/v1/search',
      '/v1/review/timeline',
      '/v1/review/places',
      '/v1/review/impossible-travel',
      '/v1/review/address-link',
      '/v1/review/companions',
      '/v1/edge/enrolments',
      '/v1/edge/agents',
      '/v1/edge/agents/{name}/revocation',
      '/v1/edge/enrol',
      '/health',
      '/metrics',
      '/openapi.json',
    ])
    expect(Object.keys(document.components.schemas).sort()).toEqual(
      expect.arrayContaining(['Alert', 'Display', 'Problem', 'Read']),
    )
    const list = document.paths['/v1/displays'].get.responses['200'].content['application/json'].schema
    expect(list.properties.displays.items).toEqual({ $ref: '#/components/schemas/Display' })
    const refused = document.paths['/v1/displays'].post.responses['422'].content
    expect(refused['application/problem+json'].schema).toEqual({ $ref: '#/components/schemas/Problem' })
    expect(document.paths['/health'].get.security).toEqual([])
  })
})
