import { request } from 'node:http'
import type { Mail } from '@sightline/schemas/mail'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bodyOf, json, type Rig, startRig } from '../harness.ts'

/**
 * A page of another site that leads its own name to this machine (DNS rebinding), and an administrator who gives the api another
 * name: without an address in its configuration, the api answers to the names of this machine alone (ACC-7).
 */

let rig: Rig
beforeAll(async () => {
  rig = await startRig({ triesPerMinute: 1000 })
})
afterAll(() => rig.close())

/** As a browser asks that believes the api to be `host`; fetch does not let one name it. */
function ask(
  path: string,
  host: string,
  { method = 'GET', body, headers = {} }: { method?: string; body?: object; headers?: object } = {},
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const url = new URL(path, rig.api.url)
    const sent = request(
      url,
      { method, headers: { host, 'content-type': 'application/json', ...headers } },
      (answer) => {
        let text = ''
        answer.on('data', (chunk) => {
          text += chunk
        })
        answer.on('end', () => resolve({ status: answer.statusCode!, text }))
      },
    )
    sent.on('error', reject)
    sent.end(body && JSON.stringify(body))
  })
}

const port = () => new URL(rig.api.url).port
const FOREIGN = [
  ...['evil.example', 'evil.example:80', '127.0.0.1.evil.example', 'localhost.evil.example', 'xlocalhost'],
  ...['10.0.0.1', '[::2]', '0.0.0.0', '169.254.169.254', '127.0.0.1@evil.example'],
]

describe('under another host name', () => {
  it.each(FOREIGN)('%j answers nothing', async (host) => {
    const named = host.includes(':') ? host : `${host}:${port()}`
    const headers = { authorization: `Bearer ${rig.api.token}`, origin: `http://${named}` }
    for (const path of ['/v1/sign-on', '/v1/displays', '/openapi.json', '/nothing']) {
      const { status, text } = await ask(path, named, { headers })
      expect([path, status >= 400, text.includes('"cast"')]).toEqual([path, true, false])
    }
    const tried = { id: 'administrator', password: 'a guess', code: '123456' }
    const { status, text } = await ask('/v1/sign-on', named, { method: 'POST', body: tried, headers })
    // Not even judged: 401 would be the answer to a guess.
    expect([400, 403]).toContain(status)
    expect(text).not.toContain('NOT_SIGNED_ON')
  })

  it('no e-mail contains a link to it', async () => {
    const body = { id: 'victim', name: 'A Victim', email: 'victim@agency.example' }
    const headers = { authorization: `Bearer ${rig.api.token}` }
    await ask('/v1/people', `evil.example:${port()}`, { method: 'POST', body, headers })
    const { mails } = await bodyOf<{ mails: Mail[] }>(rig.call('/v1/mailbox'))
    expect(mails.map(({ text }) => text).join()).not.toMatch(/evil\.example/)
  })
})

describe('under the names of this machine', () => {
  it.each(['127.0.0.1', 'localhost', '[::1]', '127.0.0.2'])('%s it answers', async (host) => {
    expect((await ask('/v1/sign-on', `${host}:${port()}`)).status).toBe(200)
  })
})

describe('when the operator named its address', () => {
  it('it answers behind a proxy, whatever host name the proxy sends; and it always answers for its health', async () => {
    const api = await rig.startApi({ publicUrl: 'https://sightline.example', devToken: false })
    const { hostname } = new URL(api.url)
    expect(hostname).toBe('127.0.0.1')
    const url = new URL('/v1/sign-on', api.url)
    const status = await new Promise((resolve) => {
      request(url, { headers: { host: 'upstream-7' } }, (answer) => resolve(answer.statusCode)).end()
    })
    expect(status).toBe(200)
    expect((await ask('/live', 'evil.example')).status).toBe(200)
    expect((await rig.call('/v1/sign-on', json({}))).status).not.toBe(403)
  })
})
