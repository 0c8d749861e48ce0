import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bodyOf } from '../api/harness.ts'
import { checkLook } from './support/check.ts'
import { fillOversight, quarterBefore } from './support/data-oversight.ts'
import { type Console, HAS_CHROMIUM, openConsole } from './support/open-console.ts'

const REASON = 'Looked at the case: the query belongs to it.'

describe.skipIf(!HAS_CHROMIUM)('oversight', () => {
  let console: Console
  beforeAll(async () => {
    const past = quarterBefore()
    console = await openConsole({ api: { clock: past.clock } })
    await fillOversight(console, past)
  })
  afterAll(() => console?.close())

  it('reviews a quarter: draws, judges each item, signs once and for all (AUD-3)', async () => {
    const { page, complaints, call } = await console.as('iris-wong', { path: '/oversight' })
    await page.getByText('not opened yet').waitFor()
    await checkLook(page, 'oversight-due')
    await page
      .getByRole('main')
      .getByRole('link', { name: /^Open it/ })
      .click()
    await page.getByRole('button', { name: 'Open the review of a quarter' }).click()
    await checkLook(page, 'oversight-open')
    await page.getByRole('button', { name: 'Draw the sample' }).click()
    await page.getByRole('heading', { name: /^Review of/ }).waitFor()
    await page.getByText('Vague purpose').waitFor()
    await page.getByText('Other possible explanations').first().waitFor()
    await checkLook(page, 'oversight-review')
    expect(await page.getByRole('button', { name: 'Sign the review' }).count()).toBe(0)

    await page
      .getByRole('button', { name: /^Decide/ })
      .first()
      .click()
    await page.getByLabel('Explained').check()
    await page.getByLabel('Reason', { exact: true }).fill('too short')
    const dialog = page.getByRole('dialog')
    // What is judged stands beside the verdict.
    await dialog.getByText('What was seen').waitFor()
    const title = await dialog.getByRole('heading').first().textContent()
    await dialog.getByRole('button', { name: 'Save and next' }).click()
    expect(await page.locator('dialog textarea:invalid').count()).toBe(1)
    await page.getByLabel('Reason', { exact: true }).fill(REASON)
    await checkLook(page, 'oversight-judge')
    await dialog.getByRole('button', { name: 'Save and next' }).click()
    await page.getByText('The decision is saved.').waitFor()
    await expect.poll(() => dialog.getByLabel('Reason', { exact: true }).inputValue()).toBe('')
    expect(await dialog.getByLabel('Explained').isChecked()).toBe(false)
    await page.keyboard.press('Escape')
    await page
      .getByRole('button', { name: /^Decide: Record/ })
      .first()
      .click()
    expect(await dialog.getByRole('heading').first().textContent()).not.toBe(title)
    await dialog.getByText('Details').waitFor()
    await page.keyboard.press('Escape')

    // The rest by the api, as the page does it: their forms are the same.
    const quarter = new URL(page.url()).pathname.split('/').at(-1)!
    type Items = { items: { id: string; finding: unknown }[] }
    const { items } = await bodyOf<Items>(call(`/v1/oversight/reviews/${quarter}`))
    for (const { id, finding } of items) {
      if (finding !== null) continue
      const body = { verdict: 'in order', reason: REASON }
      expect((await call(`/v1/oversight/reviews/${quarter}/items/${id}`, body)).status).toBe(200)
    }
    await page.reload()
    await page.getByText(/ reviewed$/).waitFor()
    await page.getByRole('button', { name: 'Sign the review' }).click()
    await page.getByLabel('Statement').fill('Every record was looked at; one purpose is to be worded better.')
    await page.getByRole('dialog').getByRole('button', { name: 'Sign the review' }).click()
    expect(await page.locator('dialog input:invalid').count()).toBe(1)
    await page.getByLabel('I understand that this can’t be undone').check()
    await checkLook(page, 'oversight-sign')
    await page.getByRole('dialog').getByRole('button', { name: 'Sign the review' }).click()
    await page.getByText('Signed by you').waitFor()
    expect(await page.getByRole('button', { name: /verdict/ }).count()).toBe(0)
    expect(complaints).toEqual([])
  })

  it('reviews displays one by one (DSP-4)', async () => {
    const { page, complaints } = await console.as('iris-wong', { path: '/oversight/displays' })
    // Says what the page shows instead: once it was not this, and nobody knows what.
    await expect.poll(() => page.getByRole('main').textContent()).toContain('5 entries left')
    await checkLook(page, 'oversight-displays')
    await page.getByLabel('Relevant: it stays active').check()
    await page.getByLabel('Reason', { exact: true }).fill('The case is open and active.')
    await page.getByRole('button', { name: 'Save and next' }).click()
    await page.getByText('4 entries left').waitFor()
    expect(await page.getByLabel('Relevant: it stays active').isChecked()).toBe(false)
    expect(complaints).toEqual([])
  })

  it('searches the log by plate without a plate in an address, and shows a record with its hash (AUD-2, AUD-3)', async () => {
    const { page, complaints } = await console.as('iris-wong', { path: '/oversight/audit' })
    const addresses: string[] = []
    page.on('request', (request) => addresses.push(request.url()))
    const chain = page.getByRole('region', { name: 'Log integrity' })
    await expect.poll(() => chain.textContent()).toMatch(/Last record\s*\d+, .*Check the hashes/s)
    await checkLook(page, 'oversight-chain')
    await page.getByLabel('Plate').fill('8bxr 247')
    await page.getByRole('button', { name: 'Search', exact: true }).click()
    await page.getByRole('row').nth(3).waitFor()
    await page.getByText('Searched the whole log.').waitFor()
    await checkLook(page, 'oversight-audit')
    await page.getByRole('row').filter({ hasText: 'kim-lowe' }).click()
    await page.getByText('Previous hash', { exact: true }).waitFor()
    expect(await page.locator('.oversight-mono').first().textContent()).toMatch(/^[0-9a-f]{64}$/)
    await checkLook(page, 'oversight-record')
    await page.keyboard.press('Escape')
    await page.getByLabel('Plate').fill('')
    await page.getByRole('combobox', { name: 'Person' }).fill('dana reyes')
    await page.getByRole('button', { name: 'Search', exact: true }).click()
    const actors = page.getByRole('grid').getByRole('row').getByRole('gridcell').nth(2)
    await expect.poll(() => actors.textContent()).toBe('Dana Reyes')
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Export (CSV)' }).click()
    expect((await download).suggestedFilename()).toMatch(/\.csv$/)
    expect(addresses.filter((address) => /8bxr/i.test(address))).toEqual([])
    expect(complaints).toEqual([])
  })

  it('explains unusual use, and sets its thresholds (AUD-5)', async () => {
    const { page, complaints } = await console.as('iris-wong', { path: '/oversight/misuse' })
    await page.getByText('nothing happens automatically').waitFor()
    await page.getByRole('heading', { name: 'Vague purpose' }).waitFor()
    await checkLook(page, 'oversight-misuse')
    await page.getByRole('link', { name: 'Settings', exact: true }).click()
    await page.getByRole('button', { name: 'Add a plate' }).click()
    await page.getByLabel('Plate', { exact: true }).fill('7abc 123')
    await page.getByLabel('Look for use outside the shift').check()
    await checkLook(page, 'oversight-settings')
    await page.getByRole('button', { name: 'Save settings' }).click()
    await page.getByText('The settings are saved.').waitFor()
    await page.reload()
    await expect.poll(() => page.getByLabel('Plate', { exact: true }).inputValue()).toBe('7ABC123')
    expect(complaints).toEqual([])
  })

  it('compiles an account, also as PDF (AUD-8)', async () => {
    const { page, complaints } = await console.as('iris-wong', { path: '/oversight/account' })
    await page.getByLabel('Reference of the request').fill('CBP-2026-014233')
    await page
      .getByLabel('Reason', { exact: true })
      .fill('Request of the owner of the vehicle of 3 November.')
    await page.getByRole('button', { name: 'Compile' }).click()
    await page.getByText('Enter at least one plate or word.').waitFor()
    await page.getByLabel('Plates').fill('8BXR247')
    await page.getByRole('button', { name: 'Compile' }).click()
    await page.getByRole('heading', { name: 'What the agency holds' }).waitFor()
    await checkLook(page, 'oversight-account')
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'As PDF' }).click()
    expect((await download).suggestedFilename()).toMatch(/\.pdf$/)
    const file = page.waitForEvent('download')
    await page.getByRole('button', { name: 'As JSON' }).click()
    const account = JSON.parse(await readFile((await (await file).path())!, 'utf8'))
    expect([account.request.requestRef, account.displays.length]).toEqual(['CBP-2026-014233', 1])
    expect(complaints).toEqual([])
  })
})
