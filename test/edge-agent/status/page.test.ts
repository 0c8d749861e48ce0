import { statSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import {
  type StatusPage,
  startStatusPage,
  statusToken,
  type ZoneChange,
} from '@sightline/edge-agent/status/main'
import { type CameraView, sizeOf } from '@sightline/edge-agent/status/view'
import type { Zones } from '@sightline/edge-agent/zones/zones'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { closeTabs, HAS_CHROMIUM, ourChromium } from '../../console/support/chromium.ts'
import { quiet, temporaryFolder } from '../../support/broker.ts'
import { dead, gate } from './cameras.ts'

const TOKEN = 'a-token-of-the-test-0123456789'

/** As the page gets them. */
type Described = { frame: { seenAt: number; plates: { size: string }[] } }[]

let cameras: CameraView[] = []
let views: CameraView[] = []
let page: StatusPage | undefined
beforeAll(async () => {
  cameras = [await gate(), dead()]
})
beforeEach(() => {
  views = cameras
})
afterEach(async () => {
  await page?.close()
  page = undefined
})

const start = (options: { host?: string; token?: string; changeZones?: ZoneChange } = {}) =>
  startStatusPage({ port: 0, cameras: () => views, log: quiet, ...options })

/** Status of a request with a `Host` of one's choice, which fetch does not allow. */
const statusFor = (url: string, host: string) =>
  new Promise<number>((resolve, reject) => {
    const { hostname, port } = new URL(url)
    request({ hostname, port, path: '/cameras', headers: { host } }, (answer) => {
      answer.resume()
      resolve(answer.statusCode ?? 0)
    })
      .on('error', reject)
      .end()
  })

describe('over HTTP', () => {
  test('shows each camera, and the frame in which plates were found', async () => {
    page = await start()
    const cameras = (await (await fetch(`${page.url}cameras`)).json()) as Described
    expect(cameras).toMatchObject([
      { id: 'gate-1', health: { state: 'ok' }, frame: { width: 1280, height: 720 } },
      { id: 'lane-2', health: { state: 'silent', lastError: { code: 'SOURCE_DENIED' } }, frame: null },
    ])
    const [gateCamera] = cameras
    const [, marginal, small] = gateCamera!.frame.plates
    expect([marginal?.size, small?.size]).toEqual(['marginal', 'small'])
    const jpeg = await fetch(`${page.url}cameras/gate-1/${gateCamera!.frame.seenAt}`)
    expect(jpeg.headers.get('content-type')).toBe('image/jpeg')
    expect(new Uint8Array(await jpeg.arrayBuffer()).subarray(0, 2)).toEqual(new Uint8Array([0xff, 0xd8]))
    expect((await fetch(`${page.url}cameras/gate-1/1`)).status).toBe(404)
    expect((await fetch(`${page.url}cameras/nobody/1`)).status).toBe(404)
  })

  test('has a policy that allows nothing from elsewhere', async () => {
    page = await start()
    const policy = (await fetch(page.url)).headers.get('content-security-policy')!
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain('unsafe')
    expect(policy).not.toContain('http')
  })

  test('answers to no other host name, so that another site cannot read it through the browser', async () => {
    page = await start()
    expect(await statusFor(page.url, 'evil.example')).toBe(403)
    expect(await statusFor(page.url, 'localhost:1')).toBe(200)
  })

  test('does not start on another address without a token', async () => {
    await expect(start({ host: '0.0.0.0' })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })

  describe('zones', () => {
    const zones = {
      ignore: [
        [
          [0, 0],
          [1, 0],
          [1, 0.1],
        ],
      ],
    }
    let stored: unknown[]
    const put = async (headers: Record<string, string>, body: unknown = zones, isJson = true) => {
      const type = isJson ? 'application/json' : 'text/plain'
      return fetch(`${page!.url}cameras/gate-1/zones`, {
        method: 'PUT',
        headers: { 'content-type': type, ...headers },
        body: JSON.stringify(body),
      })
    }
    const signedOn = { authorization: `Bearer ${TOKEN}` }
    beforeEach(async () => {
      stored = []
      page = await start({
        changeZones: { token: TOKEN, store: async (...change) => void stored.push(change) },
      })
    })

    test('are stored for whoever has the token, on this host too', async () => {
      expect((await put({})).status).toBe(401)
      expect((await put({ authorization: `Bearer ${TOKEN}x` })).status).toBe(401)
      expect(stored).toEqual([])
      expect((await put(signedOn)).status).toBe(204)
      expect(stored).toEqual([['gate-1', zones]])
    })

    test('are not changed by the page of another site, nor by invalid zones', async () => {
      expect((await put({ ...signedOn, origin: 'https://evil.example' })).status).toBe(403)
      expect((await put({ ...signedOn, origin: 'null' })).status).toBe(403)
      expect((await put({ ...signedOn, origin: new URL(page!.url).origin })).status).toBe(204)
      expect((await put(signedOn, zones, false)).status).toBeGreaterThanOrEqual(400)
      for (const wrong of [
        {
          ignore: [
            [
              [0, 0],
              [1, 1],
            ],
          ],
        },
        { line: { from: [0, 0], to: [0, 1.1] } },
        { other: 1 },
        [],
        null,
      ]) {
        expect((await put(signedOn, wrong)).status).toBe(400)
      }
      expect(stored).toHaveLength(1)
    })

    test('are only shown when there is no file to store them in', async () => {
      await page!.close()
      page = await start()
      expect((await put(signedOn)).status).toBe(404)
    })
  })

  test('shows unsure plates, and what is wrong', async () => {
    const jpeg = Buffer.from([0xff, 0xd8, 1])
    const pass = { id: 3, seenAt: 1, text: '7ABC123', confidence: 0.4, jpeg }
    views = [{ ...views[0]!, unsure: [pass] }]
    page = await start()
    const [camera] = (await (await fetch(`${page.url}cameras`)).json()) as { unsure: unknown[] }[]
    expect(camera?.unsure).toEqual([{ id: 3, seenAt: 1, text: '7ABC123', confidence: 0.4 }])
    const picture = await fetch(`${page.url}cameras/gate-1/unsure/3`)
    expect(Buffer.from(await picture.arrayBuffer())).toEqual(jpeg)
    expect((await fetch(`${page.url}cameras/gate-1/unsure/4`)).status).toBe(404)
  })

  test('shows cameras and frames to nobody without the token, when there is one', async () => {
    page = await start({ host: '0.0.0.0', token: TOKEN })
    const url = page.url.replace('0.0.0.0', '127.0.0.1')
    expect((await fetch(url)).status).toBe(200)
    expect((await fetch(`${url}cameras`)).status).toBe(401)
    expect((await fetch(`${url}cameras?x=/page.js`)).status).toBe(401)
    expect((await fetch(`${url}cameras/gate-1/${views[0]!.frame!.seenAt}`)).status).toBe(401)
    const wrong = { authorization: `Bearer ${TOKEN}x` }
    expect((await fetch(`${url}cameras`, { headers: wrong })).status).toBe(401)
    const right = { authorization: `Bearer ${TOKEN}` }
    expect((await fetch(`${url}cameras`, { headers: right })).status).toBe(200)
  })
})

describe('the token of the page', () => {
  test('is created once, readable by its owner only', async () => {
    const folder = await temporaryFolder()
    const state = join(folder.path, 'state')
    const [token, again] = await Promise.all([statusToken(state), statusToken(state)])
    expect(again).toBe(token)
    expect(token).toMatch(/^[\w-]{22}$/)
    expect(statSync(join(state, 'status-token')).mode & 0o777).toBe(0o600)
    await folder.remove()
  })

  test('is refused when it is not secret', async () => {
    const folder = await temporaryFolder()
    await mkdir(folder.path, { recursive: true })
    await writeFile(join(folder.path, 'status-token'), '1234\n')
    await expect(statusToken(folder.path)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    await folder.remove()
  })
})

test('a plate is good from 80 pixels, marginal from 60', () => {
  expect([59, 60, 79, 80].map(sizeOf)).toEqual(['small', 'marginal', 'marginal', 'good'])
})

describe.skipIf(!HAS_CHROMIUM)('in Chromium, on a phone', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await ourChromium()
  })
  afterAll(() => browser && closeTabs(browser))

  /** Opens an address; what the browser complains of is collected. */
  async function open(url: string): Promise<{ tab: Page; complaints: string[] }> {
    const tab = await browser.newPage({ viewport: { width: 412, height: 915 } })
    const complaints: string[] = []
    tab.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    tab.on('pageerror', (error) => complaints.push(error.message))
    await tab.goto(url)
    return { tab, complaints }
  }

  test('draws the plates on the frame, with their width and a hint, without errors', async () => {
    page = await start()
    const { tab, complaints } = await open(page.url)
    await tab.waitForSelector('polygon')
    expect(await tab.locator('polygon').count()).toBe(3)
    const listed = await tab.locator('.plates li').allTextContents()
    expect(listed[0]).toMatch(/ px wide: large enough$/)
    expect(listed[1]).toBe('7ABC123 93 % sure, 71 px wide: marginal: better 80 px')
    // What was read is text, whatever it looks like.
    expect(listed[2]).toContain('<b>5</b>')
    expect(await tab.locator('.state').allTextContents()).toEqual(['ok', 'no frames'])
    // What was long ago does not look like today.
    expect(await tab.locator('.error').nth(1).textContent()).toMatch(/^2[34] Nov, \d\d:00:00 rtsp/)
    expect(await tab.locator('dl').first().textContent()).toMatch(/Since2[34] Nov, .*Last frame2[34] Nov, /)
    const [image, overlay] = await Promise.all([
      tab.locator('img').first().boundingBox(),
      tab.locator('.picture svg').first().boundingBox(),
    ])
    expect(overlay).toEqual(image)
    expect(await tab.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    expect(complaints).toEqual([])
    if (process.env.SIGHTLINE_SCREENSHOTS) {
      const folder = process.env.SIGHTLINE_SCREENSHOTS
      await tab.screenshot({ path: join(folder, 'status.png'), fullPage: true })
      await tab.setViewportSize({ width: 1366, height: 768 })
      await tab.screenshot({ path: join(folder, 'status-wide.png'), fullPage: true })
    }
    await tab.close()
  })

  describe('zones', () => {
    let stored: Zones[]
    const changeZones: ZoneChange = {
      token: TOKEN,
      store: async (id, zones) => {
        stored.push(zones)
        views = views.map((view) => (view.id === id ? { ...view, zones } : view))
      },
    }
    beforeEach(() => {
      stored = []
    })
    const handles = (tab: Page) => tab.locator('section').first().locator('.handles button')

    async function openEditor() {
      page = await start({ changeZones })
      const { tab, complaints } = await open(`${page.url}#token=${TOKEN}`)
      await tab.waitForSelector('polygon')
      await tab.locator('summary', { hasText: 'Zones' }).first().click()
      const save = async (count: number) => {
        await tab.locator('[data-do=save]').first().click()
        await expect.poll(() => stored.length).toBe(count)
        await tab.locator('.said', { hasText: 'Saved.' }).first().waitFor()
      }
      const picture = (await tab.locator('.zones-overlay').first().boundingBox())!
      return { tab, complaints, save, picture }
    }

    test('are drawn with the mouse over the picture, moved, and shown again', async () => {
      const { tab, complaints, save, picture } = await openEditor()
      const at = (x: number, y: number) =>
        [picture.x + x * picture.width, picture.y + y * picture.height] as const
      await tab.mouse.move(...at(0.1, 0.1))
      await tab.mouse.down()
      await tab.mouse.move(...at(0.4, 0.3), { steps: 4 })
      await tab.mouse.up()
      await expect.poll(() => handles(tab).count()).toBe(4)
      await save(1)
      const [[first, , third]] = stored[0]!.ignore as [[number, number][]]
      expect(first![0]).toBeCloseTo(0.1, 1)
      expect(third![1]).toBeCloseTo(0.3, 1)
      const box = (await handles(tab).nth(2).boundingBox())!
      await tab.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
      await tab.mouse.down()
      await tab.mouse.move(...at(0.6, 0.5), { steps: 4 })
      await tab.mouse.up()
      await save(2)
      const [[, , moved]] = stored[1]!.ignore as [[number, number][]]
      expect(moved![0]).toBeCloseTo(0.6, 1)
      expect(moved![1]).toBeCloseTo(0.5, 1)
      await tab.reload()
      await tab.locator('.zones-overlay .ignore').first().waitFor({ state: 'attached' })
      expect(complaints).toEqual([])
      await tab.close()
    })

    test('are made with the keyboard alone', async () => {
      const { tab, save } = await openEditor()
      await tab.locator('input[value=line]').first().focus()
      await tab.keyboard.press('Space')
      await tab.locator('[data-do=add]').first().focus()
      await tab.keyboard.press('Enter')
      await handles(tab).first().focus()
      for (let n = 0; n < 5; n++) await tab.keyboard.press('ArrowDown')
      await tab.keyboard.press('Shift+ArrowRight')
      expect(await handles(tab).first().getAttribute('aria-label')).toContain('65 % from the top')
      await save(1)
      expect(stored[0]!.line!.from[0]).toBeCloseTo(0.201, 5)
      expect(stored[0]!.line!.from[1]).toBeCloseTo(0.65, 5)
      expect(stored[0]!.line!.to).toEqual([0.8, 0.6])
      await handles(tab).first().focus()
      await tab.keyboard.press('Delete')
      await save(2)
      expect(stored[1]).toEqual({})
      await tab.close()
    })

    test('are drawn with a finger', async () => {
      const { tab, save, picture } = await openEditor()
      const session = await tab.context().newCDPSession(tab)
      const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', x: number, y: number) =>
        session.send('Input.dispatchTouchEvent', {
          type,
          touchPoints:
            type === 'touchEnd'
              ? []
              : [{ x: picture.x + x * picture.width, y: picture.y + y * picture.height }],
        })
      await tab.locator('input[value=only]').first().check()
      await touch('touchStart', 0.2, 0.2)
      await touch('touchMove', 0.5, 0.5)
      await touch('touchMove', 0.7, 0.8)
      await touch('touchEnd', 0.7, 0.8)
      await save(1)
      const [[, , corner]] = stored[0]!.only as [[number, number][]]
      expect(corner![0]).toBeCloseTo(0.7, 1)
      expect(corner![1]).toBeCloseTo(0.8, 1)
      await tab.close()
    })

    test('ask for the token before they are stored, even when the page itself needs none', async () => {
      page = await start({ changeZones })
      const { tab } = await open(page.url)
      await tab.waitForSelector('polygon')
      await tab.locator('summary', { hasText: 'Zones' }).first().click()
      await tab.locator('[data-do=add]').first().click()
      await tab.locator('[data-do=save]').first().click()
      await tab.locator('.said', { hasText: 'Not saved' }).first().waitFor()
      await tab.fill('#token', TOKEN)
      await tab.locator('#sign-on button').click()
      await tab.locator('[data-do=save]').first().click()
      await expect.poll(() => stored.length).toBe(1)
      await tab.close()
    })
  })

  test('follows the frames', async () => {
    page = await start()
    const { tab } = await open(page.url)
    await tab.waitForSelector('polygon')
    const [first, ...rest] = views
    const frame = { ...first!.frame!, seenAt: first!.frame!.seenAt + 1000, findings: [] }
    views = [{ ...first!, frame }, ...rest]
    await tab.locator('polygon').first().waitFor({ state: 'detached' })
    await tab.close()
  })

  test('signs on by a link whose token it hides, and by hand', async () => {
    page = await start({ token: TOKEN })
    const { tab } = await open(`${page.url}#token=${TOKEN}`)
    await tab.waitForSelector('polygon')
    expect(tab.url()).not.toContain(TOKEN)
    await tab.close()
    const { tab: other } = await open(page.url)
    await other.waitForSelector('#token', { state: 'visible' })
    await other.fill('#token', TOKEN)
    await other.click('button')
    await other.waitForSelector('polygon')
    await other.close()
  })
})
