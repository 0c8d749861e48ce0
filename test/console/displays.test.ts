import type { Display } from '@sightline/schemas/display'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bodyOf } from '../api/harness.ts'
import { axeInBothThemes } from './support/axe.ts'
import { type DisplayData, fillDisplays, raiseSome, sent } from './support/data-displays.ts'
import { type Console, HAS_CHROMIUM, openConsole } from './support/open-console.ts'

const REASON = 'Seen twice at the fence in the nights of both thefts.'

describe.skipIf(!HAS_CHROMIUM)('displays in the console', () => {
  let console: Console
  let data: DisplayData
  beforeAll(async () => {
    console = await openConsole()
    data = await fillDisplays(console)
    await raiseSome(console, data)
  })
  afterAll(() => console?.close())

  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
  const dialog = (page: Page) => page.getByRole('dialog')

  it('explain a pattern, try it on recent alerts, and store nothing before the notice is confirmed (DSP-2)', async () => {
    const { page, complaints } = await console.as('dana-reyes', { path: '/displays/new?case=CASE-2041' })
    await page.getByLabel('Plate or pattern').fill('8b?r2*')
    await page.getByText('any number of characters, or none').waitFor()
    await page.getByText('Plates of 5 to 10 characters.').waitFor()
    const examples = ((await page.locator('.displays-examples').textContent()) ?? '').split(', ')
    expect(examples).toHaveLength(5)
    for (const plate of examples) expect(plate).toMatch(/^8B[A-Z0-9]R2[A-Z0-9]*$/)
    await page.getByText(/^That is one in [\d,]+ of the plates like \w+, of which it covers most/).waitFor()
    await page.getByLabel('Plate or pattern').fill('8*')
    await page.getByText('This covers too many vehicles and can’t be saved').waitFor()
    await page.getByLabel('Plate or pattern').fill('8b?r2*')
    await button(page, 'Test on recent alerts').click()
    await page.getByText('4 of the 6 newest alerts’ reads would have matched.').waitFor()
    await page.getByText('Limit matches (optional)').click()
    await page.getByLabel('Colors').fill('black')
    await page.getByText('You changed the entry since this test').waitFor()
    await button(page, 'Test on recent alerts').click()
    await page.getByText('0 of them within your limits').waitFor()
    await page.getByLabel('Colors').fill('')
    await page.getByLabel('Reason for watching').fill(REASON)
    await button(page, 'Add to watchlist').click()
    expect(await page.locator('input[name=notice]:invalid').count()).toBe(1)
    await page.getByLabel('I have read and confirm this').check()
    await button(page, 'Add to watchlist').click()
    await page.getByRole('heading', { name: 'Watchlist entry', exact: true }).waitFor()
    await page.getByText(REASON).waitFor()
    // No plate in a URL.
    expect(page.url()).not.toMatch(/8b/i)
    expect(complaints).toEqual([])
  })

  it('help when the case does not name the plate yet (QRY-6)', async () => {
    const { page, complaints } = await console.as('dana-reyes', { path: '/displays/new' })
    await page.getByLabel('Plate or pattern').fill('5XYZ 987')
    await page.getByLabel('Case').selectOption('CASE-2041')
    await page.getByText('This case does not list the plate yet').waitFor()
    await page.getByLabel('I have read and confirm this').check()
    await page.getByLabel('Reason for watching').fill(REASON)
    await button(page, 'Add to watchlist').click()
    await page.getByRole('alert').getByText('does not name this plate').waitFor()
    await button(page, 'Add to case').click()
    await page.getByText('This case does not list the plate yet').waitFor({ state: 'detached' })
    await button(page, 'Add to watchlist').click()
    await page.getByText('It alerts from the next matching read').waitFor()
    expect(complaints).toEqual([])
  })

  it('show which are due, validate them one by one, and show what oversight said (DSP-3, DSP-4)', async () => {
    const { page, call, complaints } = await console.as('dana-reyes', { path: '/displays/due' })
    await page.getByRole('heading', { name: 'Within 7 days' }).waitFor()
    await button(page, 'Re-examine one by one').click()
    await dialog(page).getByText('Does this plate still matter? (1 of 2)').waitFor()
    await dialog(page).getByLabel('Why the plate still matters').fill('It was seen again on Tuesday.')
    await button(page, 'Yes, validate').click()
    await dialog(page).getByText('(2 of 2)').waitFor()
    await button(page, 'Skip').click()
    await page.getByRole('heading', { name: 'Within 7 days' }).waitFor({ state: 'detached' })
    const stored = await bodyOf<Display>(call(`/v1/displays/${data.soon.id}`))
    expect(Date.parse(stored.expiresAt)).toBeGreaterThan(Date.now() + 300 * 86_400_000)
    await page.getByLabel('Whose entries').selectOption('everybody')
    await page.getByText('So wide a pattern alerts on people').waitFor()
    expect(complaints).toEqual([])
  })

  it('show a change that somebody made meanwhile, and let the person choose (DSP-5)', async () => {
    const { id } = data.pattern
    const { page, call, complaints } = await console.as('dana-reyes', { path: `/displays/${id}/change` })
    const why = page.getByLabel('Reason for watching')
    await why.fill('The witness saw the car once more.')
    const etag = (await call(`/v1/displays/${id}`)).headers.get('etag')!
    const elsewhere = { reason: 'Changed in another window first.', priority: 'high' }
    const answer = await call(`/v1/displays/${id}`, elsewhere, {
      ...{ method: 'PATCH', headers: { 'if-match': etag } },
    })
    expect(answer.status).toBe(200)
    await button(page, 'Save changes').click()
    await dialog(page).getByRole('heading', { name: 'Someone else changed this' }).waitFor()
    await dialog(page).getByText('Changed in another window first.').waitFor()
    expect(await axeInBothThemes(page, '[open]')).toEqual([])
    await dialog(page).getByLabel('Yours').check()
    await button(page, 'Use these values').click()
    await button(page, 'Save changes').click()
    await page.getByText('Your changes are saved.').waitFor()
    const stored = await bodyOf<Display>(call(`/v1/displays/${id}`))
    expect([stored.reason, stored.priority]).toEqual(['The witness saw the car once more.', 'high'])
    const history = page.getByRole('listitem')
    await history.getByText('Added by you, who confirmed the notice.').waitFor()
    await history.getByText('Priority: Low High').waitFor()
    expect(await history.getByText('Changed by you.').count()).toBe(2)
    expect(complaints).toEqual([])
  })

  it('are handed over by the supervisor, and closed for good by their owner', async () => {
    const { id } = data.pattern
    const lee = await console.as('lee-novak', { path: `/displays/${id}` })
    await button(lee.page, 'Hand over').click()
    await dialog(lee.page).getByLabel('To (name or ID)').fill('sam-okafor')
    await dialog(lee.page).getByLabel('Reason').fill('Dana Reyes goes to another office.')
    await dialog(lee.page).getByRole('button', { name: 'Hand over' }).click()
    // Sam may not use Dana's case: the dialog says which rule applies.
    await dialog(lee.page).getByRole('alert').waitFor()
    await lee.page.keyboard.press('Escape')
    await lee.context.close()

    const { page, complaints } = await console.as('dana-reyes', { path: `/displays/${id}` })
    await button(page, 'Close').click()
    await dialog(page).getByRole('button', { name: 'Close it' }).click()
    await page.getByText('This entry is closed').waitFor()
    expect(await button(page, 'Validate').count()).toBe(0)
    expect(complaints).toEqual([])
  })

  it('are filtered without asking the api', async () => {
    const { page } = await console.as('sam-okafor', { path: '/displays' })
    await page.getByLabel('Status').selectOption('all')
    await page.getByLabel('Find in the list').fill('htr')
    await page.getByText(/^1 of/).waitFor()
    await page.getByLabel('Find in the list').fill('dana rey')
    await page.getByText(/^\d of/).waitFor()
    // The person by name, the id on hover.
    await page.getByTitle('dana-reyes').getByText('Dana Reyes').first().waitFor()
    await page.getByLabel('Find in the list').fill('')
    await page.getByLabel('Case').selectOption('CASE-1996')
    await page.getByText('3 of 3 shown').waitFor()
    expect(page.url()).toBe(`${console.rig.api.url}/displays`)
  })

  it('are refused to a person without permission', async () => {
    const { page } = await console.as('tom-berg', { path: '/displays' })
    await page.getByText('Analysts, supervisors and oversight list watchlist entries.').waitFor()
    await expect(sent(console, 'tom-berg', '/v1/displays/test', { plate: '7ABC123' })).rejects.toThrow('403')
  })
})
