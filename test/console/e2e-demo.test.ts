import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HAS_CHROMIUM } from './support/chromium.ts'
import { startWholeSystem, type WholeSystem } from './support/whole-system.ts'

describe.skipIf(!HAS_CHROMIUM)('the console in front of the whole system', () => {
  let system: WholeSystem
  beforeAll(async () => {
    system = await startWholeSystem()
  }, 90_000)
  afterAll(() => system?.close())

  it('takes an analyst from the link that the demo prints to a verified alert of a rendered frame (ACC-5, DSP-7)', async () => {
    const { demo, alerts, regulars } = system
    const { page, complaints, call } = await system.open({
      path: demo.addresses.console.replace(demo.addresses.api, ''),
    })
    await page.getByRole('button', { name: 'Dana Reyes' }).click()
    await page.getByText('A read is a lead, not a fact').waitFor()
    await page.getByRole('button', { name: 'I consent' }).click()
    await page.getByText('Live', { exact: true }).waitFor()
    expect(new URL(page.url()).hash).toBe('')

    const fromEdge = () => alerts.find(({ read }) => read.source === 'edge')
    await expect.poll(fromEdge, { timeout: 90_000, interval: 200 }).toBeDefined()
    const { id, display } = fromEdge()!
    const { alerts: listed } = (await (await call('/v1/alerts?limit=100')).json()) as {
      alerts: { sequence: number; alert: { id: string } }[]
    }
    const { sequence } = listed.find(({ alert }) => alert.id === id)!
    await page.locator(`[data-sequence="${sequence}"]`).click()
    await page.getByRole('heading', { name: `Alert for ${display.caseRef}` }).waitFor()
    await page.keyboard.press('c')
    // What is on the plate: the simulation drives those on display.
    expect(regulars).toContain(display.plate)
    await page.getByLabel('Which plate do you see?').fill(display.plate)
    await page.keyboard.press('Enter')
    await page.getByText('Verified by you').first().waitFor()
    expect(complaints).toEqual([])
  }, 120_000)

  it('shows nothing to who refuses the permissible uses (ACC-5)', async () => {
    const { page, call } = await system.as('sam-okafor', { consent: false })
    await page.getByRole('button', { name: 'I refuse' }).click()
    await page.getByText('Without consent to the permissible uses nothing can be seen').waitFor()
    expect(await page.getByRole('navigation').count()).toBe(0)
    expect((await call('/v1/alerts')).status).toBe(401)
    await page.context().close()
  })

  it('says unasked that a session was ended elsewhere', async () => {
    const { page } = await system.as('sam-okafor')
    await page.getByText('Live', { exact: true }).waitFor()
    const elsewhere = await system.session('sam-okafor')
    expect((await elsewhere.call('/v1/sign-off', { everywhere: true })).status).toBe(204)
    await page.getByText('the session was ended elsewhere').waitFor()
    expect(await page.getByRole('option').count()).toBe(0)
    await page.context().close()
  })

  it('finds a vehicle in the vendor’s history, and keeps a read in the case (QRY-2, QRY-8)', async () => {
    const [plate] = system.regulars
    // Its history is written while the system is up already.
    await expect.poll(() => system.found(plate!), { timeout: 60_000, interval: 500 }).toBeGreaterThan(0)
    const { page, complaints } = await system.as('dana-reyes', { path: '/search' })
    await page.getByLabel('What are you looking for?').fill(plate!)
    await button(page, 'Open a case …').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Reference').fill('CASE-2026-17')
    await dialog.getByLabel('Title').fill('Trailer stolen at the port')
    await dialog.getByLabel('Authority').fill('19 U.S.C. 1595a')
    await dialog.getByLabel('Purpose').fill('Whereabouts of the trailer and of who took it')
    await dialog.getByLabel('Why that belongs').fill(REASON)
    await button(page, 'Open the case').click()
    await page.getByText('The case is open.').waitFor()
    await page.getByLabel('What this search is for').fill('Where the car was since the theft of the trailer.')
    await button(page, 'Search').click()
    const reads = page.getByRole('grid', { name: 'Reads that were found' })
    await reads.getByRole('checkbox').nth(1).check()
    await button(page, 'Save 1 into the case …').click()
    await dialog.getByLabel('Why they are relevant').fill(REASON)
    await button(page, 'Save 1').click()
    await dialog.getByText('1 read is in the case.').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('navigation').getByText('Cases').click()
    await page.getByText('Trailer stolen at the port').click()
    await page.getByRole('link', { name: 'Saved' }).click()
    await page.getByRole('row').nth(1).click()
    await page.getByText(REASON).first().waitFor()
    expect(page.url()).not.toContain(plate)
    expect(complaints).toEqual([])
    await page.context().close()
  }, 90_000)

  it('takes a display from the notice over an alert to its end (DSP-2, DSP-3, DSP-5)', async () => {
    const [plate] = system.regulars
    const { page, complaints } = await system.as('dana-reyes', { path: '/displays/new?case=CASE-2026-17' })
    await page.getByLabel('Plate or pattern').fill(plate!)
    await page.getByLabel('Why the plate is watched').fill(REASON)
    await page.getByLabel('I have read this and confirm it').check()
    await button(page, 'Store the display').click()
    await page.getByRole('heading', { name: 'Display', exact: true }).waitFor()
    const { pathname } = new URL(page.url())
    await system.passes(plate!)
    await expect
      .poll(() => system.alerts.filter(({ display }) => pathname.endsWith(display.id)).length)
      .toBe(1)
    await button(page, 'Validate').click()
    await page
      .getByRole('dialog')
      .getByLabel('Why the plate is still of value')
      .fill('It was seen again today.')
    await page.getByRole('dialog').getByRole('button', { name: 'Validate' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await button(page, 'Close').click()
    await button(page, 'Close it').click()
    await page.getByText('It was closed (DSP-5)').waitFor()
    const before = system.alerts.length
    await system.passes(plate!)
    // The display of the demo hears of it, the closed one does not.
    await expect.poll(() => system.alerts.length).toBeGreaterThan(before)
    expect(system.alerts.filter(({ display }) => pathname.endsWith(display.id))).toHaveLength(1)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('shows a workspace to its members, and to nobody else (ACC-8)', async () => {
    const { page } = await system.as('dana-reyes', { path: '/cases/new' })
    await page.getByLabel('Workspace').check()
    await page.getByLabel('Reference').fill('CASE-2026-44')
    await page.getByLabel('Title').fill('Lots without a guard')
    await page.getByLabel('Authority').fill('19 U.S.C. 1595a')
    await page.getByLabel('Purpose').fill('Which lots are left without a guard at night')
    await page.getByLabel('Plate').fill('8KTR 521')
    await page.getByLabel('Why it belongs to the matter').fill(REASON)
    await button(page, 'Open the case').click()
    await page.getByText('Only these people see this').waitFor()
    const { pathname } = new URL(page.url())
    await page.context().close()
    const sam = await system.as('sam-okafor', { path: pathname })
    await sam.page.getByText('there is no case', { exact: false }).waitFor()
    await sam.page.getByRole('navigation').getByText('Cases').click()
    await sam.page.getByRole('heading', { name: 'Cases' }).waitFor()
    expect(await sam.page.getByText('Lots without a guard').count()).toBe(0)
    await sam.page.context().close()
  })

  it('goes on without a gap after the broker died while the page was open', async () => {
    const { demo, regulars } = system
    const { page, call } = await system.as('dana-reyes')
    await page.getByText('Live', { exact: true }).waitFor()
    const before = demo.pids().broker!
    process.kill(before, 'SIGKILL')
    await expect.poll(() => demo.pids().broker, { timeout: 15_000 }).not.toBe(before)
    const ids: string[] = []
    for (let n = 0; n < 3; n++) ids.push(await system.passes(regulars.at(-1)!))
    const shown = async () => {
      const answer = (await (await call('/v1/alerts?limit=100')).json()) as {
        alerts?: { sequence: number; alert: { read: { id: string } } }[]
      }
      const rows = (answer.alerts ?? []).filter(({ alert }) => ids.includes(alert.read.id))
      const counts = rows.map(({ sequence }) => page.locator(`[data-sequence="${sequence}"]`).count())
      return (await Promise.all(counts)).filter((count) => count === 1).length
    }
    await expect.poll(shown, { timeout: 30_000 }).toBe(3)
    expect(await page.getByText('no longer kept, and are not in this list').count()).toBe(0)
    await page.context().close()
  }, 60_000)

  it('lets oversight look at each display of the quarter, and rejects one for good (DSP-4)', async () => {
    const { page, complaints } = await system.as('iris-wong', { path: '/oversight/displays' })
    await page.getByText('displays are left').waitFor()
    const left = Number.parseInt((await page.getByText('displays are left').textContent())!, 10)
    expect(left).toBeGreaterThanOrEqual(3)
    await page.getByLabel('Relevant: it goes on').check()
    await page.getByLabel('Why', { exact: true }).fill('The matter goes on; seen twice this week.')
    await button(page, 'Keep and go on').click()
    await page.getByText(`${left - 1} display`).waitFor()
    await page.getByLabel('Rejected: it stops matching').check()
    await page.getByLabel('Why', { exact: true }).fill('Nobody can say what it is kept for.')
    await button(page, 'Keep and go on').click()
    await page.getByText(`${left - 2} display`).waitFor()
    expect(complaints).toEqual([])
    await page.context().close()
  })
})

const REASON = 'It left the lot with the trailer in the night of the theft.'

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
