import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '@sightline/runtime/root'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HAS_CHROMIUM } from './support/chromium.ts'
import type { Tab } from './support/tabs.ts'
import { startWholeSystem, type WholeSystem } from './support/whole-system.ts'

/** What docs/tour.md tells a new analyst to type. */
const [PLATE, COMPANION] = ['JUJ784R', '3GJA672'] as const
const WHY = 'It left the lot behind the trailer in the night of the theft.'

let system: WholeSystem
/** The one page that the tour is walked in. */
let tour: Tab

/** Steps of docs/tour.md by its headings, in its order: each does what stands there, by the names that stand there. */
const TOUR: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  Start: async (page) => {
    await button(page, 'Dana Reyes', false).click()
    await page.getByText('A read is a lead, not a fact').waitFor()
    await button(page, 'I consent').click()
    await page.getByText('Live', { exact: true }).waitFor()
    expect(new URL(page.url()).hash).toBe('')
  },

  'A hit': async (page) => {
    const row = page.locator('[data-sequence]').filter({ hasText: 'High' }).first()
    await row.waitFor({ timeout: 60_000 })
    await row.click()
    await page.getByRole('heading', { name: 'Alert for DEMO-1' }).waitFor()
    expect(await page.getByRole('main').getByText(PLATE).count()).toBe(0)
    await page.keyboard.press('c')
    await page.getByLabel('What plate do you see?').fill(PLATE)
    await page.keyboard.press('Enter')
    await page.getByText('Verified by you').first().waitFor()
    await button(page, 'Share …').waitFor()
    await page.keyboard.press('?')
    await page.getByRole('dialog').getByText('Keys and settings').waitFor()
    await page.keyboard.press('Escape')
  },

  'Where has it been?': async (page) => {
    await go(page, 'Search')
    await page.getByLabel('What are you looking for?').fill(PLATE)
    await choose(page.getByLabel('Case', { exact: true }), 'DEMO-1')
    await page.getByLabel('Purpose of this search').fill('Where the car was since the theft of the trailer.')
    await button(page, 'Search').click()
    const reads = page.getByRole('grid', { name: 'Reads found' })
    await reads.getByRole('checkbox').nth(1).check()
    await button(page, 'Save 1 to case …').click()
    await page.getByRole('dialog').getByLabel('Why they are relevant').fill(WHY)
    await button(page, 'Save 1').click()
    await page.getByRole('dialog').getByText('1 read is in the case.').waitFor()
    await button(page, 'Close').last().click()
    await showPicture(page, reads)
  },

  'Who travels with it?': async (page) => {
    await page.getByText('Review this plate').click()
    await page.getByLabel('Purpose of this review').fill('Who takes the trailers, and who helps.')
    await button(page, 'Run').click()
    await button(page, 'Play').click()
    await page.getByText('Travels with', { exact: true }).click()
    await page.getByRole('row').filter({ hasText: COMPANION }).click()
    await page.getByText('The last times both were seen').waitFor()
    await button(page, 'Add this plate to the case …').click()
    await page.getByRole('dialog').getByLabel('Connection to the case').fill(WHY)
    await page.getByRole('dialog').getByRole('button', { name: 'Add to case' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  },

  'Watch it': async (page) => {
    await go(page, 'Watchlist')
    await page.getByText('New entry').click()
    await page.getByLabel('Plate or pattern').fill(COMPANION)
    await choose(page.getByLabel('Case', { exact: true }), 'DEMO-1')
    await button(page, 'Test on recent alerts').click()
    // One alert: "The newest alert would not have matched." More: "None of … would have matched."
    await page.getByText(/would (not )?have matched/).waitFor()
    await page.getByLabel('Reason for watching').fill(WHY)
    await page.getByLabel('I have read and confirm this').check()
    await button(page, 'Add to watchlist').click()
    await page.getByRole('heading', { name: 'Watchlist entry', exact: true }).waitFor()
    const id = new URL(page.url()).pathname.split('/').at(-1)
    const raised = () => system.alerts.filter(({ display }) => display.id === id).length
    await system.passes(COMPANION)
    await expect.poll(raised).toBe(1)
    await button(page, 'Validate').click()
    await page.getByRole('dialog').getByLabel('Why the plate still matters').fill(WHY)
    await page.getByRole('dialog').getByRole('button', { name: 'Validate' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await button(page, 'Close').click()
    await button(page, 'Close it').click()
    await page.getByText('This entry is closed').waitFor()
    // Of the two vehicles that pass now, the second is heard of: the first would have been before it.
    const before = system.alerts.length
    await system.passes(COMPANION)
    await system.passes(PLATE)
    await expect.poll(() => system.alerts.length).toBeGreaterThan(before)
    expect(raised()).toBe(1)
  },

  'Work with others': async (page) => {
    await go(page, 'Cases')
    await page.getByRole('row').filter({ hasText: 'DEMO-1' }).getByRole('link').click()
    await page.getByRole('link', { name: 'Saved reads' }).click()
    await page.getByRole('row').filter({ hasText: PLATE }).first().click()
    await page.getByText(WHY).first().waitFor()
    await page.getByRole('link', { name: /^Subjects/ }).click()
    await page.getByRole('row').filter({ hasText: COMPANION }).first().waitFor()
    await go(page, 'Cases')
    await page.getByText('Open a case').click()
    await page.getByLabel('Workspace').check()
    await page.getByLabel('Reference').fill('CASE-2026-17')
    await page.getByLabel('Title').fill('Where the trailers end')
    await page.getByLabel('Authority').fill('19 U.S.C. 1595a')
    await page.getByLabel('Purpose').fill('To whom the trailers are brought, and who pays for them')
    await button(page, 'Open the case').click()
    await page.getByText('Only these people see this').waitFor()
  },

  'The other side': async (page) => {
    await button(page, 'Dana Reyes', false).click()
    await button(page, 'Sign out').click()
    await button(page, 'Iris Wong', false).click()
    await button(page, 'I consent').click()
    await go(page, 'Oversight')
    await page.getByRole('heading', { name: 'Due items' }).waitFor()
    await page.getByRole('link', { name: /^Watchlist review/ }).click()
    const left = page.getByText(/entr(y|ies) left/)
    const before = Number.parseInt((await left.textContent())!, 10)
    // Those of the demo; the one that was stored on the way is closed.
    expect(before).toBe(system.regulars.length)
    await page.getByLabel('Rejected: it stops matching').check()
    await page.getByLabel('Reason', { exact: true }).fill('Nobody can say what it is kept for.')
    await button(page, 'Save and next').click()
    await page.getByText(`${before - 1} entries left`).waitFor()
    await page.getByRole('link', { name: 'Audit log' }).click()
    await page.getByText('Last record').waitFor()
    await page.getByLabel('Person', { exact: true }).fill('dana-reyes')
    await button(page, 'Search').click()
    await page.getByRole('row').filter({ hasText: 'display.create' }).waitFor()
  },
}

describe.skipIf(!HAS_CHROMIUM)('the console with the whole system', () => {
  beforeAll(async () => {
    system = await startWholeSystem({ frameEvery: 3 })
    tour = await system.open({ path: system.demo.addresses.console.replace(system.demo.addresses.api, '') })
  })
  afterAll(() => system?.close())

  it('follows the tour of docs/tour.md: each heading is a step here', async () => {
    const text = await readFile(join(root, 'docs/tour.md'), 'utf8')
    expect([...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)).toEqual(Object.keys(TOUR))
    for (const typed of [PLATE, COMPANION]) expect(text).toContain(typed)
    expect(system.regulars[0]).toBe(PLATE)
  })

  it.each(Object.entries(TOUR))('tour: %s', async (_, walk) => {
    await walk(tour.page)
    // No plate in a URL.
    expect(tour.page.url()).not.toMatch(new RegExp(`${PLATE}|${COMPANION}`, 'i'))
    expect(tour.complaints).toEqual([])
  })

  it('shows nothing to a person who refuses the permissible uses (ACC-5)', async () => {
    const { page, call } = await system.as('sam-okafor', { consent: false })
    await button(page, 'I decline').click()
    await page.getByText('You must accept the permissible uses before you can see anything').waitFor()
    expect(await page.getByRole('navigation').count()).toBe(0)
    expect((await call('/v1/alerts')).status).toBe(401)
    await page.context().close()
  })

  it('says at once that the session was ended elsewhere', async () => {
    const { page } = await system.as('sam-okafor')
    await page.getByText('Live', { exact: true }).waitFor()
    const elsewhere = await system.session('sam-okafor')
    expect((await elsewhere.call('/v1/sign-off', { everywhere: true })).status).toBe(204)
    await page.getByText('the session was ended elsewhere').waitFor()
    expect(await page.getByRole('option').count()).toBe(0)
    await page.context().close()
  })

  it('continues without a gap after the broker died while the page was open', async () => {
    const { demo } = system
    const { page, call } = await system.as('dana-reyes')
    await page.getByText('Live', { exact: true }).waitFor()
    const active = await (await call('/v1/displays?state=active')).json()
    const [watched] = (active as { displays: { plate: string }[] }).displays
    const before = demo.pids().broker!
    process.kill(before, 'SIGKILL')
    await expect.poll(() => demo.pids().broker, { timeout: 30_000 }).not.toBe(before)
    const ids: string[] = []
    for (let n = 0; n < 3; n++) ids.push(await system.passes(watched!.plate))
    const shown = async () => {
      const answer = (await (await call('/v1/alerts?limit=100')).json()) as {
        alerts?: { sequence: number; alert: { read: { id: string } } }[]
      }
      const rows = (answer.alerts ?? []).filter(({ alert }) => ids.includes(alert.read.id))
      const counts = rows.map(({ sequence }) => page.locator(`[data-sequence="${sequence}"]`).count())
      return (await Promise.all(counts)).filter((count) => count === 1).length
    }
    await expect.poll(shown, { timeout: 30_000 }).toBe(3)
    expect(await page.getByText('no longer kept and are not in this list').count()).toBe(0)
    await page.context().close()
  })
})

/** How many pictures are asked for before the vendor counts as unable: a busy machine's vendor may be too late with some. */
const TRIES = 12

/** Asks for the pictures of one read after the other. */
async function showPicture(page: Page, reads: Locator): Promise<void> {
  for (let row = 1; row <= TRIES; row++) {
    await reads.getByRole('row').nth(row).click()
    await button(page, 'Show the image').click()
    await page.locator('.picture-vehicle img, .picture-missing').first().waitFor()
    if (await page.getByText('Simulated').isVisible()) return
  }
  throw new Error(`${TRIES} pictures were asked for, and none came`)
}

const button = (page: Page, name: string, exact = true) => page.getByRole('button', { name, exact })

const go = (page: Page, name: string) =>
  page.getByRole('navigation').getByText(name, { exact: true }).first().click()

/** Chooses the option that begins so: its value says nothing to a reader. */
async function choose(select: Locator, begins: string): Promise<void> {
  const option = select.locator('option').filter({ hasText: begins }).first()
  await select.selectOption((await option.getAttribute('value'))!)
}
