import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HAS_CHROMIUM } from './support/chromium.ts'
import { startWholeSystem, type WholeSystem } from './support/whole-system.ts'

/** In a file of its own: the whole system lets ten people a minute sign on from one address, and no more. */
describe.skipIf(!HAS_CHROMIUM)('closed groups and oversight with the whole system', () => {
  let system: WholeSystem
  beforeAll(async () => {
    system = await startWholeSystem({ frameEvery: 30, historyDays: 1 })
  })
  afterAll(() => system?.close())

  it('show a workspace to its members, and to nobody else until a product is published (ACC-8)', async () => {
    const { page } = await system.as('dana-reyes', { path: '/cases/new' })
    await page.getByLabel('Workspace').check()
    await page.getByLabel('Reference').fill('CASE-2026-44')
    await page.getByLabel('Title').fill('Lots without a guard')
    await page.getByLabel('Authority').fill('19 U.S.C. 1595a')
    await page.getByLabel('Purpose').fill('Which lots are left without a guard at night')
    await page.getByLabel('Plate').fill('8KTR 521')
    await page.getByLabel('Connection to the case').fill(REASON)
    await button(page, 'Open the case').click()
    await page.getByText('Only these people see this: you.').waitFor()
    const { pathname } = new URL(page.url())
    const sam = await system.as('sam-okafor', { path: pathname })
    const seesNothing = async () => {
      await sam.page.getByText('you have no access to case', { exact: false }).waitFor()
      await sam.page.getByRole('navigation').getByText('Cases').click()
      await sam.page.getByRole('heading', { name: 'Cases' }).waitFor()
      await sam.page.locator('.loading').waitFor({ state: 'detached' })
      expect(await sam.page.getByText('Lots without a guard').count()).toBe(0)
    }
    await seesNothing()

    await button(page, 'Add a colleague').click()
    await page.getByRole('dialog').getByLabel('Colleague').fill('Sam Okafor')
    await page.getByRole('dialog').getByLabel('Why they take part').fill(REASON)
    await button(page, 'Add').click()
    await page.getByText('Only these people see this: you, Sam Okafor.').waitFor()
    await sam.page.goto(page.url())
    await sam.page.getByText('Only these people see this: Dana Reyes, you.').waitFor()
    // Other people cannot see that it exists, whatever their role.
    const lee = await system.as('lee-novak', { path: pathname })
    const iris = await system.session('iris-wong')
    const areShutOut = async () => {
      for (const { call } of [lee, iris]) {
        for (const path of [pathname, `${pathname}/saved`, '/cases?limit=100', '/cases/left']) {
          expect(await (await call(`/v1${path}`)).text()).not.toMatch(/Lots without a guard|CASE-2026-44/)
        }
      }
    }
    await areShutOut()

    await page.getByRole('link', { name: 'Products' }).click()
    await button(page, 'Write a product').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Title').fill('Three lots are open at night')
    await dialog.getByLabel('Text').fill('The lots are not watched between two and four.')
    await button(page, 'Save as draft').click()
    await button(page, 'Submit for review').click()
    await dialog.getByLabel('Note to the reviewer').fill(REASON)
    await dialog.getByRole('button', { name: 'Submit for review' }).click()
    await page.getByText('You can’t review your own version').waitFor()
    const product = new URL(page.url()).pathname
    await lee.page.goto(page.url())
    await lee.page.getByText('you have no access to product', { exact: false }).waitFor()
    await sam.page.goto(page.url())
    await button(sam.page, 'Publish').click()
    await sam.page.getByRole('dialog').getByLabel('Why it can be published').fill(REASON)
    await sam.page.getByRole('dialog').getByRole('button', { name: 'Publish' }).click()
    await sam.page.getByText('The version is published.').waitFor()
    await lee.page.reload()
    await lee.page.getByText('The lots are not watched between two and four.').waitFor()
    await areShutOut()

    await page.goto(page.url().replace(product, pathname))
    await button(page, 'Remove Sam Okafor').click()
    await page.getByRole('dialog').getByLabel('Reason').fill(REASON)
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click()
    await page.getByText('Only these people see this: you.').waitFor()
    await sam.page.goto(page.url())
    await seesNothing()
    for (const one of [page, sam.page, lee.page]) await one.context().close()
  })

  it('let oversight look at each display of the quarter, and reject one for good (DSP-4)', async () => {
    const { page, call, complaints } = await system.as('iris-wong', { path: '/oversight/displays' })
    await page.getByText('entries left').waitFor()
    const left = Number.parseInt((await page.getByText('entries left').textContent())!, 10)
    expect(left).toBeGreaterThanOrEqual(3)
    const history = page.getByRole('link', { name: 'The entry with its history' })
    const shown = async () => (await history.getAttribute('href'))!.split('/').at(-1)!
    const judge = async (verdict: string, why: string) => {
      const id = await shown()
      await page.getByLabel(verdict).check()
      await page.getByLabel('Reason', { exact: true }).fill(why)
      await button(page, 'Save and next').click()
      await expect.poll(shown).not.toBe(id)
      return id
    }
    const kept = await judge('Relevant: it stays active', 'The matter goes on; seen twice this week.')
    await page.getByText(`${left - 1} entr`).waitFor()
    const rejected = await judge('Rejected: it stops matching', 'Nobody can say what it is kept for.')
    await page.getByText(`${left - 2} entr`).waitFor()

    // The next read of each of the two plates: the rejected entry raises no alert.
    type Shown = { plate: string; state: string; review: { verdict: string; by: string } | null }
    const displayOf = async (id: string) => (await (await call(`/v1/displays/${id}`)).json()) as Shown
    expect(await displayOf(rejected)).toMatchObject({ review: { verdict: 'rejected', by: 'iris-wong' } })
    const alertsOf = (id: string) => system.alerts.filter(({ display }) => display.id === id)
    const before = { kept: alertsOf(kept).length, rejected: alertsOf(rejected).length }
    await system.passes((await displayOf(rejected)).plate)
    await system.passes((await displayOf(kept)).plate)
    await expect.poll(() => alertsOf(kept).length).toBeGreaterThan(before.kept)
    expect(alertsOf(rejected)).toHaveLength(before.rejected)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('let oversight find in the log who did what, also the review, and see that it is complete (AUD-2, AUD-3)', async () => {
    const { page, complaints } = await system.as('iris-wong', { path: '/oversight' })
    await page.getByText('Review and sign each past quarter').waitFor()
    await page.getByRole('link', { name: 'Audit log' }).click()
    await button(page, 'Check the hashes').click()
    await page.getByText(/All \d+ records are intact/).waitFor()
    const find = async (action: string) => {
      await page.getByLabel('Action').selectOption(action)
      await button(page, 'Search').click()
      await page.getByText('Searched the whole log.').waitFor()
    }
    await find('display.review')
    const rows = page.getByRole('grid', { name: 'Audit records' }).getByRole('row')
    await rows.filter({ hasText: 'rejected' }).filter({ hasText: 'Iris Wong' }).first().click()
    await page.getByRole('dialog').getByText('Nobody can say what it is kept for.').waitFor()
    await page.keyboard.press('Escape')
    await find('case.create')
    await rows.filter({ hasText: 'Dana Reyes' }).filter({ hasText: 'CASE-2026-44' }).first().waitFor()
    await find('audit.search')
    // The searches of a moment ago are in it, with what was asked for.
    await rows.filter({ hasText: 'action case.create' }).first().waitFor()
    expect(complaints).toEqual([])
    await page.context().close()
  })
})

const REASON = 'Each lot was left open in the nights of the thefts.'

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
