import type { Case } from '@sightline/schemas/case'
import type { Dissemination } from '@sightline/schemas/dissemination'
import type { Product } from '@sightline/schemas/product'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bodyOf } from '../api/harness.ts'
import { type CaseData, fillCases } from './support/data-cases.ts'
import { sent } from './support/data-displays.ts'
import { SUBJECT } from './support/data-search.ts'
import { type Console, HAS_CHROMIUM, openConsole } from './support/open-console.ts'

const WHY = 'It is needed for the hearing in spring.'

describe.skipIf(!HAS_CHROMIUM)('cases in the console', () => {
  let console: Console
  let data: CaseData
  beforeAll(async () => {
    console = await openConsole({ vendor: true })
    data = await fillCases(console)
  })
  afterAll(() => console?.close())

  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
  const dialog = (page: Page) => page.getByRole('dialog')
  /** Fills a reason in and sends the dialog. */
  const because = async (page: Page, label: string, submit: string) => {
    await dialog(page).getByLabel(label).fill(WHY)
    await dialog(page).getByRole('button', { name: submit, exact: true }).click()
    await dialog(page).waitFor({ state: 'detached' })
  }

  it('open as a workspace that its members see, with who they are, and nobody else does (ACC-8)', async () => {
    const { page, complaints } = await console.as('dana-reyes', { path: '/cases/new' })
    await page.getByLabel('Workspace').check()
    await page.getByLabel('Reference').fill('CASE-2026-44')
    await page.getByLabel('Title').fill('Lots without a guard')
    await page.getByLabel('Authority').fill('19 U.S.C. 1595a')
    await page.getByLabel('Purpose').fill('Which lots are left without a guard at night')
    await page.getByLabel('Colleagues (optional)').fill('sam okafor')
    await page.keyboard.press('Enter')
    await page.getByLabel('Plate').fill('8ktr 521')
    await page.getByLabel('Connection to the case').fill('Left the lot in the night of the theft.')
    await button(page, 'Open the case').click()
    await page.getByText('Only these people see this: you, Sam Okafor').waitFor()
    const path = new URL(page.url()).pathname
    expect(complaints).toEqual([])

    const sam = await console.as('sam-okafor', { path })
    await sam.page.getByText('Only these people see this: Dana Reyes, you').waitFor()
    await sam.page.getByText('Only its owner, Dana Reyes, can change').waitFor()
    await button(sam.page, 'Leave').click()
    await because(sam.page, 'Reason', 'Leave')
    await sam.page.goto(`${console.rig.api.url}${path}`)
    await sam.page.getByText('you have no access to case', { exact: false }).waitFor()
    expect(await sam.page.getByText('Lots without a guard').count()).toBe(0)
    await sam.context.close()
  })

  it('name a place found through another subject, and take it out again (QRY-6)', async () => {
    const { page, complaints } = await console.as('dana-reyes', { path: `/cases/${data.event.id}/subjects` })
    await button(page, 'Add a subject').click()
    await dialog(page).getByLabel('Place').check()
    await dialog(page).getByLabel('Address of a camera').fill('900 Border Road')
    await dialog(page).getByLabel('Found through').selectOption({ label: SUBJECT })
    await because(page, 'Connection to the case', 'Add')
    const row = page.getByRole('row').filter({ hasText: '900 Border Road' })
    await row.getByText(SUBJECT).waitFor()
    await row.getByRole('button', { name: 'Remove' }).click()
    await dialog(page).getByRole('button', { name: 'Remove', exact: true }).click()
    await row.waitFor({ state: 'detached' })
    expect(complaints).toEqual([])
  })

  it('show where a saved read comes from, keep it no longer than the case, make a lookout, delete it', async () => {
    const { page, call, complaints } = await console.as('dana-reyes', {
      path: `/cases/${data.workspace.id}/saved`,
    })
    const rows = page.getByRole('row')
    await rows.nth(1).click()
    await page.keyboard.press('End')
    const detail = page.getByRole('region', { name: 'Selected read' })
    await detail.getByText('Where the car was since the theft').waitFor()
    await detail.getByText('It shows the trailer').waitFor()
    await button(page, 'Renew').click()
    await dialog(page).getByText('A read is kept no longer than its case.').waitFor()
    await page.keyboard.press('Escape')

    await button(page, 'Create lookout').click()
    await dialog(page).getByLabel('What plate do you see in the image?').fill('7XXX000')
    await dialog(page).getByLabel('Reason for the lookout').fill(WHY)
    await dialog(page).getByRole('button', { name: 'Create the lookout' }).click()
    await dialog(page).getByRole('alert').waitFor()
    await dialog(page).getByLabel('What plate do you see in the image?').fill(SUBJECT)
    await because(page, 'Reason for the lookout', 'Create the lookout')
    await button(page, 'Delete').click()
    await because(page, 'Why it is deleted', 'Delete')
    await page.getByText('The read is deleted.').waitFor()
    const { saved } = await bodyOf<{ saved: unknown[] }>(call(`/v1/cases/${data.workspace.id}/saved`))
    expect(saved).toHaveLength(data.saved.length - 1)

    const download = page.waitForEvent('download')
    await button(page, 'CSV').click()
    expect((await download).suggestedFilename()).toMatch(/\.csv$/)
    await page.goto(`${console.rig.api.url}/cases/${data.workspace.id}/lookouts`)
    await page.getByText(WHY).waitFor()
    expect(complaints).toEqual([])
  })

  it('publish a product: author and reviewer are two people, then everybody reads it (ACC-8)', async () => {
    const path = `/cases/products/${data.product.id}`
    const dana = await console.as('dana-reyes', { path })
    await dana.page.getByText('You can’t review your own version').waitFor()
    expect(await button(dana.page, 'Publish').count()).toBe(0)
    await dana.context.close()

    const lee = await console.as('lee-novak', { path })
    await lee.page.getByText('you have no access to product').waitFor()
    const { page, call, complaints } = await console.as('sam-okafor', { path })
    await button(page, 'Publish').click()
    await because(page, 'Why it can be published', 'Publish')
    await page.getByText('Published').first().waitFor()
    const { versions } = await bodyOf<Product>(call(`/v1/products/${data.product.id}`))
    expect(versions[0]).toMatchObject({ state: 'published', review: { by: 'sam-okafor' } })

    await lee.page.reload()
    await lee.page.getByRole('heading', { name: 'Three thefts, one pattern' }).waitFor()
    expect(await lee.page.getByText('Go to the workspace').count()).toBe(0)
    expect(complaints).toEqual([])
  })

  it('record what is shared outside, and ask what it is (AUD-7)', async () => {
    const { page, call, complaints } = await console.as('dana-reyes', {
      path: `/cases/${data.workspace.id}/passed`,
    })
    await button(page, 'Record a disclosure').click()
    await dialog(page).getByLabel('Recipient’s name').fill('Agent P. Moss')
    await dialog(page).getByLabel('Recipient’s agency').fill('Sheriff of San Diego County')
    await dialog(page).getByLabel('Authority').fill('Routine use G of the system of records')
    await dialog(page).getByLabel('Reason').fill(WHY)
    await dialog(page).locator('input[name=read]').first().waitFor()
    await dialog(page).getByRole('button', { name: 'Record', exact: true }).click()
    await dialog(page).getByText('Choose what you share').waitFor()
    await dialog(page).locator('input[name=read]').first().check()
    await dialog(page).getByRole('button', { name: 'Record', exact: true }).click()
    await page.getByRole('row').filter({ hasText: 'Agent P. Moss' }).getByText('1 read').waitFor()
    const { disseminations } = await bodyOf<{ disseminations: Dissemination[] }>(call('/v1/disseminations'))
    expect(disseminations[0]!.passed.reads).toHaveLength(1)
    expect(complaints).toEqual([])
  })

  it('approve another person’s search, never one’s own (QRY-6)', async () => {
    const path = `/cases/${data.workspace.id}/searches`
    const sam = await console.as('sam-okafor', { path })
    await sam.page.getByText('Waiting', { exact: true }).waitFor()
    expect(await button(sam.page, 'Approve').count()).toBe(0)
    await sam.context.close()
    const { page, complaints } = await console.as('dana-reyes', { path: '/cases/approvals' })
    await button(page, 'Approve').click()
    await because(page, 'Why it is justified', 'Approve')
    await page.getByText('No search is waiting for you.').waitFor()
    expect(complaints).toEqual([])
  })

  it('are renewed, closed, and reopened (AUD-6)', async () => {
    const { page, complaints } = await console.as('dana-reyes', { path: `/cases/${data.event.id}` })
    await button(page, 'Renew').click()
    await dialog(page).getByLabel('Keep until').fill('2029-06-30')
    await because(page, 'Why it is still needed', 'Renew')
    await page.getByText('30 Jun 2029').first().waitFor()
    await page.getByText('by you, kept until').waitFor()
    await button(page, 'Close').click()
    await because(page, 'Why the case is resolved', 'Close the case')
    await page.getByText('This case is closed').waitFor()
    await button(page, 'Reopen').click()
    await because(page, 'Why the case continues', 'Reopen')
    await page.getByText('This case is closed').waitFor({ state: 'detached' })
    expect(complaints).toEqual([])
  })

  it('are sorted by a column, by keyboard too, and found by title', async () => {
    const { page, complaints } = await console.as('dana-reyes', { path: '/cases' })
    const table = page.getByRole('table', { name: 'My cases, newest first' })
    const titles = () => table.getByRole('link').allTextContents()
    await table.getByRole('link').nth(2).waitFor()
    const before = await titles()
    const head = table.getByRole('columnheader', { name: 'Title' })
    await head.getByRole('button').focus()
    await page.keyboard.press('Enter')
    expect(await head.getAttribute('aria-sort')).toBe('ascending')
    const sorted = [...before].sort((a, b) => a.localeCompare(b, 'en'))
    expect(await titles()).toEqual(sorted)
    await page.keyboard.press('Enter')
    expect([await head.getAttribute('aria-sort'), await titles()]).toEqual(['descending', sorted.reverse()])
    await page.keyboard.press('Enter')
    expect([await head.getAttribute('aria-sort'), await titles()]).toEqual(['none', before])
    await page.getByLabel('Title or reference').fill('lots trailers')
    await expect.poll(titles).toEqual([data.workspace.title])
    await page.getByLabel('Title or reference').fill('no such case')
    await page.getByText('No cases match these filters.').waitFor()
    expect(complaints).toEqual([])
  })

  it('keep the header of a long table in sight', async () => {
    const { page } = await console.as('dana-reyes', {
      path: '/cases',
      viewport: { width: 1280, height: 200 },
    })
    const table = page.getByRole('region', { name: 'My cases, newest first' })
    await table.getByRole('link').first().waitFor()
    await table.evaluate((element) => element.scrollTo(0, 60))
    expect(await table.evaluate((element) => element.scrollTop)).toBeGreaterThan(0)
    const gap = await table.evaluate(
      (element) =>
        element.querySelector('th')!.getBoundingClientRect().top - element.getBoundingClientRect().top,
    )
    expect(gap).toBeLessThan(3)
  })

  it('show a supervisor the cases of people who left, and nothing of their content (ACC-8)', async () => {
    await sent<Case>(console, 'sam-okafor', '/v1/cases', {
      ...{ kind: 'event', caseRef: 'CASE-2026-50', title: 'Known to its owner alone' },
      ...{ authority: '19 U.S.C. 1595a', purpose: 'What nobody but its owner sees' },
    })
    const { call } = await console.session('tom-berg')
    const leaving = { suspended: true, reason: 'Has left the agency.' }
    expect((await call('/v1/people/sam-okafor', leaving, { method: 'PATCH' })).status).toBe(200)
    const { page, complaints } = await console.as('lee-novak', { path: '/cases' })
    const row = page.getByRole('row').filter({ hasText: 'CASE-2026-50' })
    await row.getByRole('button', { name: 'Hand over' }).click()
    expect(await page.getByText('Known to its owner alone').count()).toBe(0)
    await dialog(page).getByLabel('To').fill('dana-reyes')
    await because(page, 'Reason', 'Hand over')
    await row.waitFor({ state: 'detached' })
    expect(complaints).toEqual([])
  })
})
