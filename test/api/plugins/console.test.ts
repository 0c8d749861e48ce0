import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { addErrors } from '@sightline/api/plugins/app/errors'
import { addConsole } from '@sightline/api/plugins/external/console'
import { addSecurity } from '@sightline/api/plugins/external/security'
import { SightlineError } from '@sightline/schemas/errors'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../support/broker.ts'

const TILES = 'https://tiles.agency.example/{z}/{x}/{y}.png'
const page = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

describe('the console as the api serves it', () => {
  let app: FastifyInstance
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  beforeAll(async () => {
    folder = await temporaryFolder()
    await mkdir(join(folder.path, 'assets'))
    await writeFile(join(folder.path, 'index.html'), '<!doctype html><title>Sightline</title>')
    await writeFile(join(folder.path, 'assets/main-1a2b.js'), 'plain')
    await writeFile(join(folder.path, 'assets/main-1a2b.js.br'), 'brotli')
    await writeFile(join(folder.path, 'secret.txt'), 'secret')
    app = Fastify()
    addErrors(app)
    await addSecurity(app, 1000)
    app.decorate('identify', async () => {
      throw new SightlineError('NOT_SIGNED_ON', 'nobody is signed on')
    })
    app.get('/v1/displays', async () => ({ displays: [] }))
    await addConsole(app, folder.path, TILES)
  })
  afterAll(async () => {
    await app.close()
    await folder.remove()
  })

  it.each(['/', '/alerts', '/cases/abc', '/set-up'])('answers a browser at %s with its page', async (url) => {
    const answer = await app.inject({ url, headers: page })
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
    expect(answer.headers['cache-control']).toBe('no-cache')
  })

  it('lets only its own scripts run and its own addresses be called', async () => {
    const { headers } = await app.inject({ url: '/', headers: page })
    expect(String(headers['content-security-policy']).split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' blob: data: https://tiles.agency.example",
      "connect-src 'self' https://tiles.agency.example",
      "worker-src 'self'",
      "font-src 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "form-action 'self'",
    ])
    const json = await app.inject({ url: '/v1/displays', headers: page })
    expect(json.headers['content-security-policy']).not.toContain('tiles')
  })

  it('says where the tiles of its map come from', async () => {
    expect((await app.inject({ url: '/console.json' })).json()).toEqual({ tiles: TILES })
  })

  it('sends files that are named after their content once, compressed', async () => {
    const plain = await app.inject({ url: '/assets/main-1a2b.js' })
    expect([plain.body, plain.headers['cache-control']]).toEqual([
      'plain',
      'public, max-age=31536000, immutable',
    ])
    const small = await app.inject({ url: '/assets/main-1a2b.js', headers: { 'accept-encoding': 'br' } })
    expect([small.body, small.headers['content-encoding']]).toEqual(['brotli', 'br'])
    expect(small.headers['content-type']).toMatch(/javascript/)
  })

  it.each([
    ['an address of the api', '/v1/nothing', page],
    ['an asset that is gone', '/assets/main-0000.js', page],
    ['a way out of the folder', '/assets/..%2Fsecret.txt', {}],
    ['a file beside the page', '/secret.txt', {}],
    ['a program', '/alerts', { accept: '*/*' }],
  ])('does not answer %s with its page', async (_what, url, headers) => {
    const answer = await app.inject({ url, headers })
    expect([url, answer.statusCode, answer.json().code]).toEqual([url, 401, 'NOT_SIGNED_ON'])
  })
})
