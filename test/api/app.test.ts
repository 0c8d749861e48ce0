import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { jetstream } from '@nats-io/jetstream'
import type { AlertPage } from '@sightline/api/alerts/store'
import type { Problem } from '@sightline/api/shared/problem'
import { freePort } from '@sightline/broker/free-port'
import { pictureSubject } from '@sightline/schemas/subjects'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aJpeg } from '../support/jpeg.ts'
import { bodyOf, publishAlerts, type Rig, refusal, sampleAlert, startRig } from './harness.ts'

describe('the api', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await startRig()
  })
  afterAll(() => rig.close())

  it('answers nothing without a sign-on, except its health and its document', async () => {
    const closed = ['/v1/displays', '/v1/alerts', '/v1/alerts/stream', '/nothing']
    for (const path of closed) {
      for (const authorization of ['', 'Bearer wrong']) {
        const answer = await fetch(rig.api.url + path, { headers: { authorization } })
        expect([path, answer.status]).toEqual([path, 401])
        expect(await answer.json()).toMatchObject({ code: 'NOT_SIGNED_ON', hint: /dev-token/ })
      }
    }
    for (const path of ['/live', '/openapi.json']) {
      expect((await fetch(rig.api.url + path)).status).toBe(200)
    }
  })

  it('keeps its token in a file that only its owner can read, across starts', async () => {
    const path = join(rig.dataDir, 'dev-token')
    expect(rig.api.tokenPath).toBe(path)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect((await readFile(path, 'utf8')).trim()).toBe(rig.api.token)
    expect((await rig.startApi()).token).toBe(rig.api.token)
  })

  it('answers 404 as a problem document', async () => {
    const answer = await rig.call('/nothing')
    expect(answer.status).toBe(404)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    const problem = await bodyOf<Problem>(answer)
    expect(problem).toMatchObject({ title: 'Not found', status: 404, code: 'NOT_FOUND' })
    expect(problem.instance).toMatch(/^urn:sightline:request:/)
  })

  it('shows an image, and says clearly when there is none (CAP-4)', async () => {
    const name = 'edge.cam-1.AAAAAAAAAAAAAAAAAAAAAA.plate'
    const jpeg = new Uint8Array(aJpeg())
    await jetstream(rig.admin).publish(pictureSubject(name), jpeg)
    const answer = await rig.call(`/v1/pictures/${name}`)
    expect(answer.headers.get('content-type')).toBe('image/jpeg')
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(jpeg)
    const none = rig.call('/v1/pictures/edge.cam-1.BBBBBBBBBBBBBBBBBBBBBB.plate')
    expect(await refusal(none)).toEqual([404, 'NOT_FOUND'])
    const wildcard = rig.call('/v1/pictures/edge.cam-1.*.plate')
    expect(await refusal(wildcard)).toEqual([400, 'MESSAGE_INVALID'])
  })

  it('lists alerts newest first, page by page, and leaves out a malformed one', async () => {
    expect(await (await rig.call('/v1/alerts')).json()).toEqual({ alerts: [], next: null })
    await publishAlerts(rig, 1, 6)
    await jetstream(rig.admin).publish('alerts.display-1', '{"v":1}')
    await publishAlerts(rig, 7, 8)
    const list = async (query: string) => {
      const { alerts, next } = await bodyOf<AlertPage>(rig.call(`/v1/alerts?${query}`))
      return [alerts.map(({ sequence }) => sequence), next]
    }
    expect(await list('')).toEqual([[7, 5, 4, 3, 2, 1], null])
    expect(await list('limit=3')).toEqual([[7, 5], 5])
    expect(await list('limit=3&before=5')).toEqual([[4, 3, 2], 2])
    expect(await list('limit=3&before=2')).toEqual([[1], null])
    expect(await list('after=4')).toEqual([[7, 5], null])
    expect(await list('after=7')).toEqual([[], null])
    const { alerts } = await bodyOf<AlertPage>(rig.call('/v1/alerts?limit=1'))
    expect(alerts).toEqual([{ sequence: 7, alert: sampleAlert(7), sightings: null, work: null }])
  })

  it('counts its work, and shows it on the monitor port only', async () => {
    expect(await refusal(rig.call('/metrics'))).toEqual([404, 'NOT_FOUND'])
    const port = await freePort()
    const api = await rig.startApi({ monitor: { port, host: '127.0.0.1' } })
    await fetch(`${api.url}/v1/alerts`, { headers: { authorization: `Bearer ${api.token}` } })
    const monitor = `http://127.0.0.1:${port}`
    // No matcher runs here.
    expect((await fetch(`${monitor}/health`)).status).toBe(503)
    const text = await (await fetch(`${monitor}/metrics`)).text()
    expect(text).toContain('process_cpu_seconds_total')
    expect(text).toMatch(
      /sightline_api_request_seconds_count\{method="GET",route="\/v1\/alerts",status="200"\} \d/,
    )
    expect(text).toContain('sightline_api_alert_streams 0')
  })

  it('refuses too many requests', async () => {
    const api = await rig.startApi({ requestsPerMinute: 3 })
    const headers = { authorization: `Bearer ${api.token}` }
    const statuses = []
    for (let i = 0; i < 4; i++) statuses.push(await fetch(`${api.url}/v1/displays`, { headers }))
    expect(statuses.map(({ status }) => status)).toEqual([200, 200, 200, 429])
    expect(await statuses[3]!.json()).toMatchObject({ code: 'TOO_MANY_REQUESTS', hint: /Wait/ })
    expect((await fetch(`${api.url}/live`)).status).toBe(200)
  })

  it('says that its port is taken, or that its address is not one of this machine', async () => {
    const port = Number(new URL(rig.api.url).port)
    await expect(rig.startApi({ port })).rejects.toMatchObject({ code: 'PORT_IN_USE' })
    await expect(rig.startApi({ host: '192.0.2.1' })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })

  it('says that it cannot write its token, or that the file holds none', async () => {
    const start = (dataDir: string) => expect(rig.startApi({ dataDir })).rejects
    await start(join(rig.api.tokenPath!, 'below-a-file')).toMatchObject({
      code: 'CONFIG_INVALID',
      hint: /--data/,
    })
    const dataDir = join(rig.dataDir, 'empty')
    await mkdir(dataDir)
    await writeFile(join(dataDir, 'dev-token'), '')
    await start(dataDir).toMatchObject({ code: 'CONFIG_INVALID' })
  })
})
