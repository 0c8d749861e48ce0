import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AlertsConsole, live, openAlerts, PATIENCE_MS, rows } from './support/open-alerts.ts'
import { HAS_CHROMIUM, type Tab } from './support/open-console.ts'

const MANY = 3000
const PATIENT = { timeout: PATIENCE_MS }
/** Most rows in the page at 720 pixels: those in sight, and some above and below them. */
const MOST_ROWS = 30

describe.skipIf(!HAS_CHROMIUM)('thousands of alerts', () => {
  let console: AlertsConsole
  let tab: Tab
  let page: Page
  const sequences: number[] = []
  beforeAll(async () => {
    console = await openAlerts()
    for (let begin = 0; begin < MANY; begin += 500) {
      const some = Array.from({ length: 500 }, (_, place) =>
        console.raise({ display: 'boat', hasPicture: false, minutesAgo: (MANY - begin - place) / 60 }),
      )
      for (const { sequence } of await Promise.all(some)) sequences.push(sequence)
    }
    sequences.sort((a, b) => b - a)
    tab = await console.as('dana-reyes')
    ;({ page } = tab)
    await live(page)
    await rows(page).first().waitFor()
  })
  afterAll(() => console?.close())

  const selected = async () =>
    Number(await page.locator('[role=option][aria-selected=true]').getAttribute('data-sequence'))
  /** Rows in the page, each where it belongs, and the chosen one in sight. */
  async function expectFew(): Promise<void> {
    const places = await page.evaluate<number[]>(
      `[...document.querySelectorAll('[role=listbox] [role=option]')].map((row) => Number(row.getAttribute('aria-posinset')))`,
    )
    expect(places.length).toBeGreaterThan(3)
    expect(places.length).toBeLessThan(MOST_ROWS)
    expect(places).toEqual(places.map((_, i) => places[0]! + i))
  }
  const isInSight = () =>
    page.evaluate<boolean>(`(() => {
      const row = document.querySelector('[role=option][aria-selected=true]')?.getBoundingClientRect()
      const list = document.querySelector('.alerts-scroll').getBoundingClientRect()
      return row !== undefined && row.top >= list.top - 1 && row.bottom <= list.bottom + 1
    })()`)

  it('are only a few rows in the page, wherever one scrolls, and End reaches the oldest', async () => {
    await expectFew()
    await page.getByRole('listbox').focus()
    await page.keyboard.press('End')
    await expect
      .poll(async () => {
        // Of those that are loaded, which become more by it.
        await page.keyboard.press('End')
        return selected()
      }, PATIENT)
      .toBe(sequences.at(-1))
    await expect.poll(isInSight, PATIENT).toBe(true)
    await page.getByText('No older alerts (kept').waitFor()
    await expectFew()
    expect(await rows(page).last().getAttribute('aria-setsize')).toBe(String(MANY))
    expect(await rows(page).last().getAttribute('aria-posinset')).toBe(String(MANY))

    await page.keyboard.press('Home')
    await expect.poll(selected, PATIENT).toBe(sequences[0])
    await expect.poll(isInSight, PATIENT).toBe(true)
    await expectFew()
  })

  it('are paged by Page Down, each alert visible once', async () => {
    await page.keyboard.press('Home')
    await expect.poll(selected, PATIENT).toBe(sequences[0])
    await page.keyboard.press('PageDown')
    await expect.poll(selected, PATIENT).not.toBe(sequences[0])
    const step = sequences.indexOf(await selected())
    expect(step).toBeGreaterThan(2)
    for (let place = 2 * step; place < 40 * step; place += step) await page.keyboard.press('PageDown')
    await expect.poll(async () => sequences.indexOf(await selected()), PATIENT).toBe(39 * step)
    await expect.poll(isInSight, PATIENT).toBe(true)
    await expectFew()
    await page.keyboard.press('PageUp')
    await expect.poll(async () => sequences.indexOf(await selected()), PATIENT).toBe(38 * step)
  })

  it('do not move for somebody who has scrolled down, while new ones come above', async () => {
    const before = await selected()
    const top = () =>
      page.evaluate<number>(
        `document.querySelector('[role=option][aria-selected=true]').getBoundingClientRect().top`,
      )
    const stood = await top()
    const came = await Promise.all(Array.from({ length: 20 }, () => console.raise({ hasPicture: false })))
    sequences.unshift(...came.map(({ sequence }) => sequence).sort((a, b) => b - a))
    await page.getByRole('button', { name: '20 new alerts above' }).waitFor()
    expect(await selected()).toBe(before)
    await expect.poll(async () => Math.abs((await top()) - stood), PATIENT).toBeLessThan(2)
    // Choosing others in the list is no news: nothing is counted above.
    await page.locator('label', { hasText: 'Needs review' }).click()
    await rows(page).first().waitFor()
    expect(await page.getByText('new alerts above').count()).toBe(0)
    await page.locator('label', { hasText: 'All' }).click()
    await expectFew()
  })

  it('that were judged elsewhere while the connection was lost are shown as judged, however far down', async () => {
    // Older than what one page of the list holds.
    const far = sequences[1200]!
    await console.loseConnection(page, async () => {
      // By another api than the one that this page comes back to.
      console.rig.api = await console.rig.startApi()
      const { call } = await console.session('sam-okafor')
      expect((await call(`/v1/alerts/${far}/claim`, {})).status).toBe(200)
      const rejection = { plate: null, reason: 'The image is too dark' }
      expect((await call(`/v1/alerts/${far}/rejection`, rejection)).status).toBe(200)
    })
    await live(page)
    await page.locator('label', { hasText: 'Rejected 1' }).click()
    await page.locator(`[data-sequence="${far}"]`).waitFor()
  })
})
