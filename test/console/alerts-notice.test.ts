import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AlertsConsole, live, openAlerts, PATIENCE_MS, row, rows } from './support/open-alerts.ts'
import { HAS_CHROMIUM, type Tab } from './support/open-console.ts'

/**
 * Before the page's own scripts: notes the notifications that the browser shows and the notes that sound, which both are
 * the real ones. As text, for this side knows no document.
 */
const WATCH = `
  window.notices = []
  window.notes = []
  window.Notification = class extends window.Notification {
    constructor(title, options) {
      super(title, options)
      const notice = { title, ...options, shown: false, closed: false, it: this }
      notices.push(notice)
      this.addEventListener('show', () => { notice.shown = true })
      this.addEventListener('close', () => { notice.closed = true })
    }
  }
  const { start } = OscillatorNode.prototype
  OscillatorNode.prototype.start = function (at) {
    const note = { hertz: this.frequency.value, state: this.context.state, ended: false }
    notes.push(note)
    this.addEventListener('ended', () => { note.ended = true })
    return start.call(this, at)
  }`

interface Notice {
  title: string
  body: string
  shown: boolean
  closed: boolean
}
interface Note {
  hertz: number
  state: string
  ended: boolean
}
const notices = (page: Page) =>
  page.evaluate<Notice[]>('notices.map(({ title, body, shown, closed }) => ({ title, body, shown, closed }))')
const notes = (page: Page) => page.evaluate<Note[]>('notes')

/** Until something holds in a page. `waitForFunction` would need `eval`, which the console's policy refuses. */
const until = (page: Page, what: string) =>
  expect.poll(() => page.evaluate<boolean>(what), { timeout: PATIENCE_MS }).toBe(true)

describe.skipIf(!HAS_CHROMIUM)('notification of alerts', () => {
  let console: AlertsConsole
  beforeAll(async () => {
    console = await openAlerts('whole')
  })
  afterAll(() => console?.close())

  /** A tab in which the browser has allowed notifications, or was not asked. */
  async function tab(path = '/alerts', allowed = true): Promise<Tab> {
    const one = await console.as('dana-reyes', { path: '/my-access' })
    if (allowed) await one.context.grantPermissions(['notifications'], { origin: console.rig.api.url })
    await one.page.addInitScript(WATCH)
    await one.page.goto(`${console.rig.api.url}${path}`)
    return one
  }

  /** Nobody looks at the page: another is in front. @returns the page in front */
  async function leave({ context, page }: Tab): Promise<Page> {
    const devtools = await context.newCDPSession(page)
    // Otherwise every page believes that it is visible.
    await devtools.send('Emulation.setFocusEmulationEnabled', { enabled: false })
    const other = await context.newPage()
    await other.goto('about:blank')
    await other.bringToFront()
    await until(page, '!document.hasFocus()')
    return other
  }

  const settings = async (page: Page) => {
    await page.getByRole('button', { name: 'Keys and settings' }).click()
    return page.getByRole('dialog')
  }

  it('is silent, and not on the desktop, unless the person asked for it', async () => {
    const one = await tab()
    await live(one.page)
    await one.page.getByRole('button', { name: 'Sound is off' }).waitFor()
    await leave(one)
    const { sequence } = await console.raise({ display: 'cash' })
    await row(one.page, sequence).waitFor()
    // Screen readers announce it all the same; by then a tone would have sounded.
    await one.page.getByText('New alert, high priority').waitFor({ state: 'attached' })
    expect([await notes(one.page), await notices(one.page)]).toEqual([[], []])
  })

  it('is a tone once it is switched on: longer for high priority, none for low', async () => {
    const { page } = await tab()
    await live(page)
    // What was there before is no news.
    await rows(page).first().waitFor()
    await page.getByRole('button', { name: 'Sound is off' }).click()
    await page.getByRole('button', { name: 'Sound is on' }).waitFor()
    // Heard when it is switched on, by a clock of the sound card.
    await expect
      .poll(async () => (await notes(page)).map(({ hertz, state, ended }) => [hertz, state, ended]), {
        timeout: PATIENCE_MS,
      })
      .toEqual([660, 880].map((hertz) => [hertz, 'running', true]))
    await console.raise({ display: 'part' })
    await page.getByText('New alert, low priority').waitFor({ state: 'attached' })
    expect((await notes(page)).length).toBe(2)
    await console.raise({ display: 'cash' })
    await expect
      .poll(async () => (await notes(page)).slice(2).map(({ hertz }) => hertz), { timeout: PATIENCE_MS })
      .toEqual([880, 1175, 880, 1175])
    await page.reload()
    await live(page)
    // Until something is pressed no browser lets a page sound, and the page says so.
    await page.getByRole('button', { name: 'Sound starts with your next click' }).waitFor()
    await page.getByRole('heading', { name: 'Alerts' }).click()
    await page.getByRole('button', { name: 'Sound is on' }).waitFor()
    expect(await notes(page)).toEqual([])
  })

  it('is a desktop notification that reveals nothing to bystanders, and opens the alert', async () => {
    const one = await tab()
    const { page } = one
    await live(page)
    await (await settings(page)).getByLabel('Desktop notifications').check()
    await page.keyboard.press('Escape')
    // Who looks at the page needs none.
    const seen = await console.raise()
    await row(page, seen.sequence).waitFor()
    await page.getByText('New alert, high priority').waitFor({ state: 'attached' })
    expect(await notices(page)).toEqual([])

    const other = await leave(one)
    const { sequence, alert } = await console.raise({ display: 'boat' })
    await until(page, 'notices.at(-1)?.shown === true')
    const [notice] = await notices(page)
    expect(notice).toMatchObject({ title: 'Normal-priority alert', shown: true, closed: false })
    const { read, display } = alert
    const telling = [
      read.plate,
      display.plate,
      display.caseRef,
      display.reason,
      read.camera.id,
      read.camera.address!,
    ]
    for (const word of telling) expect(`${notice!.title} ${notice!.body}`).not.toContain(word)

    await page.evaluate('notices.at(-1).it.dispatchEvent(new Event("click"))')
    await page.getByRole('heading', { name: 'Alert for CASE-2038' }).waitFor()
    expect(new URL(page.url()).pathname).toBe(`/alerts/${sequence}`)
    await until(page, 'notices.at(-1).closed')
    await other.close()
  })

  it('comes once for a flood, and once for everything that arrived while the connection was lost', async () => {
    const one = await tab('/my-access')
    const { page } = one
    await page.getByRole('link', { name: /^Alerts/ }).click()
    await live(page)
    await page.getByRole('button', { name: 'Sound is off' }).click()
    await (await settings(page)).getByLabel('Desktop notifications').check()
    await page.keyboard.press('Escape')
    await until(page, 'notes.length === 2')
    const other = await leave(one)
    const flood = Array.from({ length: 100 }, () => console.raise({ hasPicture: false }))
    const sequences = (await Promise.all(flood)).map(({ sequence }) => sequence)
    await row(page, Math.max(...sequences)).waitFor()
    const told = async () =>
      (await notices(page)).reduce((sum, { title }) => sum + (Number.parseInt(title, 10) || 1), 0)
    await expect.poll(told, { timeout: PATIENCE_MS }).toBe(100)
    // On a busy machine they arrive over a longer time than they are collected; the rest is then announced later.
    const times = (await notices(page)).length
    expect(times).toBeLessThanOrEqual(3)
    expect((await notes(page)).length).toBe(2 + 4 * times)

    await console.loseConnection(page, async () => {
      for (let count = 0; count < 30; count++) await console.raise({ display: 'boat', hasPicture: false })
    })
    await page.getByText('30 alerts arrived meanwhile, none missed').waitFor()
    await until(page, `notices.length > ${times} && notices.at(-1).shown`)
    expect((await notices(page)).slice(times).map(({ title }) => title)).toEqual(['30 new alerts'])
    expect((await notes(page)).slice(2 + 4 * times).map(({ hertz }) => hertz)).toEqual([660, 880])
    await other.close()
  })

  it('says what to do when the browser forbids notifications', async () => {
    const { page } = await tab('/alerts', false)
    await live(page)
    const dialog = await settings(page)
    const box = dialog.getByLabel('Desktop notifications')
    // Chromium without a window answers such a question with no.
    await box.click()
    await dialog.getByText('Your browser blocks notifications from this site').waitFor()
    expect(await box.isChecked()).toBe(false)
    // And says it again to who comes back to it.
    await page.keyboard.press('Escape')
    await (await settings(page)).getByText('Your browser blocks notifications from this site').waitFor()
  })
})
