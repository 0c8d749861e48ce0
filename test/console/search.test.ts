import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { send } from '../api/federation/fake-vendor.ts'
import { bodyOf } from '../api/harness.ts'
import { axeInBothThemes } from './support/axe.ts'
import { cutAtAnySize } from './support/cut.ts'
import { answer, fillSearch, type SearchData, SUBJECT } from './support/data-search.ts'
import { type Console, HAS_CHROMIUM, openConsole } from './support/open-console.ts'

const PURPOSE = 'Where the car was since the theft, to find the trailer.'
const REASON = 'It passed the lot in the hour of the theft, with the trailer.'

async function askFor(page: Page, text: string, caseRef = 'CASE-2026-17'): Promise<void> {
  await page.getByLabel('What are you looking for?').fill(text)
  const own = page.getByRole('option', { name: caseRef })
  await page.getByLabel('Case', { exact: true }).selectOption((await own.getAttribute('value'))!)
  await page.getByLabel('Purpose of this search').fill(PURPOSE)
}

const search = (page: Page) => page.getByRole('button', { name: 'Search', exact: true }).click()
const table = (page: Page) => page.getByRole('grid', { name: 'Reads found' })

/** In both themes, and as wide as a tablet is. */
async function check(page: Page): Promise<void> {
  expect(await axeInBothThemes(page)).toEqual([])
  expect(await cutAtAnySize(page)).toEqual([])
}

describe.skipIf(!HAS_CHROMIUM)('searching the histories', () => {
  let console: Console
  let data: SearchData
  beforeAll(async () => {
    console = await openConsole({ vendor: true, api: { secondPerson: true } })
    data = await fillSearch(console)
  })
  afterAll(() => console?.close())

  it('finds reads, links table, map and time, and saves chosen ones into the case (QRY-2, QRY-5, QRY-8)', async () => {
    const { page, call, complaints } = await console.as('dana-reyes', { path: '/search' })
    page.setDefaultTimeout(20_000)
    await search(page)
    expect(await page.locator('input:invalid').getAttribute('id')).toBe('search-text')
    await askFor(page, `plate ${SUBJECT.toLowerCase()}`)
    await page.getByText('19 U.S.C. 1595a').waitFor()
    await search(page)
    await page.getByText('Results expire in: 7 h 59 min left').waitFor()
    await page.locator('[data-map=ready]').waitFor()
    expect(new URL(page.url()).href).toBe(`${console.rig.api.url}/search`)

    const strip = page.getByRole('slider', { name: 'Reads over time' })
    const shown = () => strip.getAttribute('aria-valuetext')
    const newest = await shown()
    await table(page).focus()
    await page.keyboard.press('ArrowDown')
    await expect.poll(shown).not.toBe(newest)
    await strip.focus()
    await page.keyboard.press('ArrowRight')
    await expect.poll(shown).toBe(newest)
    await page.getByRole('button', { name: 'Show the image' }).click()
    await page.getByRole('img', { name: 'simulated, not taken by a camera' }).waitFor()
    await check(page)

    for (const n of [0, 1])
      await table(page)
        .getByRole('checkbox')
        .nth(n + 1)
        .check()
    await page.getByRole('button', { name: 'Save 2 to case …' }).click()
    await check(page)
    await page.getByRole('dialog').getByLabel('Why they are relevant').fill('xxxxxxxxxxxxxxxxxxxxxxxx')
    await page.getByRole('dialog').getByRole('button', { name: 'Save 2' }).click()
    await page.getByText('2 reads were not saved').waitFor()
    await check(page)
    await page.getByRole('dialog').getByLabel('Why they are relevant').fill(REASON)
    await page.getByRole('dialog').getByRole('button', { name: 'Try the 2 again' }).click()
    await page.getByRole('dialog').getByText('2 reads are in the case.').waitFor()
    await check(page)
    const saved = await bodyOf<{ saved: unknown[] }>(call(`/v1/cases/${data.one.id}/saved`))
    expect(saved.saved).toHaveLength(2)
    await page.getByRole('dialog').getByRole('button', { name: 'Close', exact: true }).last().click()
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'CSV' }).click()
    expect((await download).suggestedFilename()).toMatch(/csv$/)

    await page.getByRole('button', { name: 'Older:' }).click()
    const total = data.reads.filter(({ plate }) => plate === SUBJECT).length
    await page.getByRole('heading', { name: `${total} reads` }).waitFor()
    await page.getByRole('navigation').getByText('Cases').click()
    await page.getByRole('navigation').getByText('Search').click()
    expect(await page.getByLabel('What are you looking for?').inputValue()).toBe(
      `plate ${SUBJECT.toLowerCase()}`,
    )
    await table(page).waitFor()
    expect(await page.evaluate(() => JSON.stringify(history.state))).not.toContain(SUBJECT)
    expect(complaints).toEqual([])
  })

  it('names a missing subject in the case, and says so before any vendor is asked (QRY-6)', async () => {
    const { page } = await console.as('dana-reyes', { path: '/search', theme: 'light' })
    // The rule is behind its sentence, not in it.
    const rule = page.getByText('A query names an ongoing enforcement')
    const why = page.getByText('Every search needs an open case.')
    await why.waitFor()
    expect(await rule.count()).toBe(0)
    await why.getByRole('button', { name: 'Why?' }).click()
    await rule.waitFor()
    await check(page)
    await page.keyboard.press('Escape')
    await rule.waitFor({ state: 'detached' })
    await askFor(page, '6DEF 104')
    await page.getByText('This plate is not in CASE-2026-17 yet.').waitFor()
    await check(page)
    await page.getByRole('button', { name: 'Add to case …' }).click()
    await check(page)
    await page.getByRole('dialog').getByLabel('Connection to the case').fill(REASON)
    await page.getByRole('dialog').getByRole('button', { name: 'Add to case' }).click()
    await page.getByText('Added to the case.').waitFor()
    await search(page)
    await page.getByRole('link', { name: 'Review this plate' }).waitFor()
  })

  it('asks a second person about a search without a plate, and continues once they agree (QRY-6)', async () => {
    const { page } = await console.as('dana-reyes', { path: '/search' })
    await askFor(page, `within 500 m of ${data.address}`)
    await search(page)
    await page.getByRole('button', { name: 'Request approval …' }).waitFor()
    await check(page)
    await page.getByRole('button', { name: 'Request approval …' }).click()
    await check(page)
    await page.getByRole('dialog').getByLabel('Why this place and time').fill(REASON)
    await page.getByRole('dialog').getByRole('button', { name: 'Send request', exact: true }).click()
    await page.getByText('waiting for a second person').waitFor()
    await check(page)

    const { call } = await console.session('lee-novak')
    const { searches } = await bodyOf<{ searches: { case: { id: string }; search: { id: string } }[] }>(
      call('/v1/place-searches'),
    )
    const [waiting] = searches
    const path = `/v1/cases/${waiting!.case.id}/place-searches/${waiting!.search.id}/approve`
    const headers = { 'idempotency-key': crypto.randomUUID() }
    expect((await call(path, { reason: 'The lot is what the matter is about.' }, { headers })).status).toBe(
      200,
    )
    await page.reload()
    await page
      .getByLabel('Case', { exact: true })
      .selectOption({ label: 'CASE-2026-17 · Trailer stolen at San Ysidro' })
    await page.getByText('approved by lee-novak').waitFor()
    await check(page)
    await page.getByRole('button', { name: 'Use this search' }).click()
    await page.getByLabel('Purpose of this search').fill(PURPOSE)
    await search(page)
    await table(page).waitFor()
  })

  /** What is only true when every vendor has answered. */
  const NOTHING = /no reads? (was |were )?found|no vendor has|\b0 (reads?|rows?)\b|nothing/i

  it('says which vendor did not answer, never that nothing was found, and asks it again', async () => {
    console.vendor.behave((_, response) => send(response, { code: 'INTERNAL', message: 'broken' }, 500))
    const { page } = await console.as('dana-reyes', { path: '/search' })
    await askFor(page, SUBJECT)
    await page.getByLabel('Include look-alikes').check()
    await search(page)
    await page.getByText('lot-watch did not answer: this result is incomplete.').first().waitFor()
    await page.getByRole('heading', { name: 'Incomplete', exact: true }).waitFor()
    expect(await page.locator('body').textContent()).not.toMatch(NOTHING)
    await check(page)
    console.vendor.behave((question, response) => answer(question, response, data.reads))
    await page.getByRole('button', { name: 'Retry' }).click()
    await table(page).waitFor()
    expect(await page.getByText('incomplete').count()).toBe(0)
  })

  it('shows no results of another question, nor below a refusal; each result says what was asked', async () => {
    const { page } = await console.as('dana-reyes', { path: '/search' })
    const box = page.getByLabel('What are you looking for?')
    await askFor(page, SUBJECT)
    await search(page)
    await page.getByText(`Results for ${SUBJECT} · `).waitFor()
    await page.getByText('· CASE-2026-17', { exact: false }).first().waitFor()
    await table(page).waitFor()
    await box.fill(`${SUBJECT} yesterday`)
    await table(page).waitFor({ state: 'detached' })
    await search(page)
    await page.getByText(`Results for ${SUBJECT} yesterday · `).waitFor()

    // An answer that comes when something else is asked for already.
    let release = () => {}
    const held = new Promise<void>((go) => {
      release = go
    })
    console.vendor.behave(async (question, response) => {
      await held
      answer(question, response, data.reads)
    })
    await box.fill(`${SUBJECT} last 4 days`)
    await search(page)
    await page.getByText('Searching vendors').waitFor()
    await box.fill(`${SUBJECT} last 5 days`)
    release()
    await page.getByRole('button', { name: 'Search', exact: true }).waitFor()
    expect(await page.getByText('Results for').count()).toBe(0)
    console.vendor.behave((question, response) => answer(question, response, data.reads))

    await search(page)
    await table(page).waitFor()
    const refused = {
      code: 'NOT_ALLOWED',
      title: 'No',
      detail: 'the case is closed',
      hint: null,
      status: 403,
    }
    await page.route('**/v1/search', (route) =>
      route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify(refused) }),
    )
    await search(page)
    await page.getByText('The case is closed').waitFor()
    expect(await table(page).count()).toBe(0)
    // Of what was refused nothing is said below the next question either.
    await box.fill(`${SUBJECT} last 6 days`)
    await page.getByText('The case is closed').waitFor({ state: 'detached' })
  })

  it('opens a case that names the subject, without leaving the search', async () => {
    const { page } = await console.as('sam-okafor', { path: '/search', theme: 'light' })
    await page.getByText('You have no open case.').waitFor()
    await check(page)
    await page.getByLabel('What are you looking for?').fill(SUBJECT)
    await page.getByRole('button', { name: 'Open a case …' }).click()
    await check(page)
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Reference').fill('CASE-2026-31')
    await dialog.getByLabel('Title').fill('Trailers stolen in spring')
    await dialog.getByLabel('Authority').fill('19 U.S.C. 1595a')
    await dialog.getByLabel('Purpose').fill('Who took the trailers in spring')
    await dialog.getByLabel('Connection to the case').fill(REASON)
    await dialog.getByRole('button', { name: 'Open the case' }).click()
    await page.getByText('The case is open.').waitFor()
    await page.getByLabel('Purpose of this search').fill(PURPOSE)
    await search(page)
    await table(page).waitFor()
    await check(page)
  })

  it('removes results with the cache, after a warning, and says so when nothing was found (QRY-7)', async () => {
    const { page } = await console.as('dana-reyes', { path: '/search' })
    await page.route('**/v1/search', async (route) => {
      const response = await route.fetch()
      const expiresAt = new Date(Date.now() + 5000).toISOString()
      await route.fulfill({ response, json: { ...(await response.json()), expiresAt } })
    })
    await askFor(page, SUBJECT)
    await search(page)
    await page.getByText('Results are about to be deleted').waitFor()
    await table(page).waitFor()
    await page.getByText('These results have expired and were deleted').waitFor()
    expect(await table(page).count()).toBe(0)
    await check(page)

    await page.unroute('**/v1/search')
    console.vendor.behave((question, response) => answer(question, response, []))
    // A question that no other test of this file has asked: an answer of the cache would have reads.
    await page.getByLabel('What are you looking for?').fill(`${SUBJECT} last 8 days`)
    await search(page)
    await page.getByText('No reads found, ').waitFor()
    await check(page)
    console.vendor.behave((question, response) => answer(question, response, data.reads))
  })

  it('can be stopped while the vendors are asked', async () => {
    const { page } = await console.as('dana-reyes', { path: '/search' })
    let release = () => {}
    const held = new Promise<void>((go) => {
      release = go
    })
    console.vendor.behave(async (question, response) => {
      await held
      answer(question, response, data.reads)
    })
    await page.getByRole('heading', { name: 'Search', level: 1 }).waitFor()
    await check(page)
    await askFor(page, `${SUBJECT} last 3 days`)
    await search(page)
    await page.getByText('Searching vendors').waitFor()
    await check(page)
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.getByRole('button', { name: 'Search', exact: true }).waitFor()
    release()
    console.vendor.behave((question, response) => answer(question, response, data.reads))
  })
})
