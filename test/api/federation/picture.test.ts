import { createFederation, type FederationOptions } from '@sightline/api/federation/federation'
import { oldestAt } from '@sightline/schemas/year'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { quiet, temporaryFolder } from '../../support/broker.ts'
import { sizedJpeg } from '../../support/jpeg.ts'
import { drawn, type FakeVendor, fakeVendor, JPEG, PLATE, type ShowPicture, send } from './fake-vendor.ts'

const NOW = Date.parse('2026-11-24T12:00:00.000Z')
const of = { camera: 'cam-1', seenAt: '2026-11-24T11:00:00.000Z', plate: PLATE }

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let one: FakeVendor
let two: FakeVendor
beforeEach(async () => {
  folder = await temporaryFolder()
  ;[one, two] = [await fakeVendor('one', folder.path, 5000), await fakeVendor('two', folder.path, 5000)]
})
afterEach(async () => {
  await Promise.all([one.close(), two.close()])
  await folder.remove()
})

const federation = (options: Partial<FederationOptions> = {}) =>
  createFederation({ vendors: [one.config, two.config], clock: () => NOW, log: quiet, ...options })
const picture = (vendors = ['one', 'two'], more = {}) =>
  federation({ maxBytes: 1000 }).picture({ ...of, ...more }, { vendors })

describe('the image of a vendor’s read', () => {
  it('is requested with the vendor’s credentials; the answer says when no camera took it (CAP-4)', async () => {
    let credentials: string | undefined
    one.show((response, request) => {
      credentials = request.headers.authorization
      drawn(response, request)
    })
    expect(await picture()).toEqual({ vendor: 'one', jpeg: JPEG, isSimulated: true })
    expect(credentials).toBe('Bearer token-of-one')
    expect(one.pictures).toEqual([of])
    expect(two.pictures).toEqual([])
  })

  it('comes from the next vendor that gave the read when the first has none', async () => {
    two.show((response) => {
      response.writeHead(200, { 'content-type': 'image/jpeg' })
      response.end(JPEG)
    })
    expect(await picture()).toMatchObject({ vendor: 'two', isSimulated: false })
  })

  it('is requested only from vendors that gave the read (ACC-6)', async () => {
    two.show(drawn)
    await expect(picture(['one'])).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(picture(['gone'])).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(two.pictures).toEqual([])
  })

  it('is not requested when the read is older than five years (QRY-4)', async () => {
    one.show(drawn)
    const oldest = oldestAt(NOW)
    await picture(['one'], { seenAt: new Date(oldest).toISOString() })
    await expect(picture(['one'], { seenAt: new Date(oldest - 1).toISOString() })).rejects.toMatchObject({
      code: 'RULE_BROKEN',
    })
    expect(one.pictures).toHaveLength(1)
  })

  it.each<[string, ShowPicture, RegExp]>([
    ['late', () => {}, /no answer within 200 ms/],
    [
      'late with the rest of it',
      (response) => {
        response.writeHead(200, { 'content-type': 'image/jpeg' })
        response.write(JPEG)
      },
      /no answer within 200 ms/,
    ],
    ['away', (response) => response.destroy(), /connection failed/],
    ['broken', (response) => send(response, '', 500), /failed \(500\)/],
    ['refusing', (response) => send(response, { message: 'not today' }, 403), /refused \(403\): not today/],
    ['no picture', (response) => send(response, '<script>'), /not an image/],
    ...[JPEG.subarray(0, 50), Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]), sizedJpeg(65_535, 65_535)].map(
      (bytes, n): [string, ShowPicture, RegExp] => [
        `as good as none (${n + 1})`,
        (response) => {
          response.writeHead(200, { 'content-type': 'image/jpeg' })
          response.end(bytes)
        },
        /not an image/,
      ],
    ),
    ['too large', (response) => send(response, JPEG.toString('latin1').repeat(50)), /not an image/],
    [
      'elsewhere',
      (response) => {
        response.writeHead(302, { location: `${two.config.url}/v1/picture` })
        response.end()
      },
      /connection failed/,
    ],
  ])('that is %s is reported as such, within the deadline', async (name, behavior, message) => {
    one.show(behavior)
    const deadlineMs = name.startsWith('late') ? 200 : 60_000
    const begun = performance.now()
    const asking = federation({ vendors: [{ ...one.config, deadlineMs }, two.config], maxBytes: 1000 })
    await expect(asking.picture(of, { vendors: ['one'] })).rejects.toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
      message: expect.stringMatching(message),
    })
    expect(performance.now() - begun).toBeLessThan(30_000)
    expect(two.pictures).toEqual([])
  })

  it('counts for the circuit breaker like any request', async () => {
    one.show((response) => send(response, '', 500))
    const asking = createFederation({
      ...{ vendors: [one.config], clock: () => NOW, log: quiet, failures: 2, restMs: 60_000 },
    })
    for (let n = 0; n < 3; n++) {
      await expect(asking.picture(of, { vendors: ['one'] })).rejects.toMatchObject({
        code: 'SOURCE_UNAVAILABLE',
      })
    }
    expect(one.pictures).toHaveLength(2)
  })

  it('is not waited for when the caller has hung up', async () => {
    one.show(() => {})
    const caller = new AbortController()
    const asking = federation().picture(of, { vendors: ['one'], signal: caller.signal })
    while (one.pictures.length === 0) await new Promise((done) => setTimeout(done, 5))
    caller.abort()
    await expect(asking).rejects.toThrow()
  })
})
