import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { checkView } from './support/check.ts'
import { type DisplayData, fillDisplays } from './support/data-displays.ts'
import { type Console, HAS_CHROMIUM, openConsole } from './support/open-console.ts'
import { visit } from './support/tabs.ts'

/** Twice the time for axe, which looks at each state twice: three files run at a time on two busy cores. */
describe.skipIf(!HAS_CHROMIUM)('the look of displays', () => {
  let console: Console
  let data: DisplayData
  beforeAll(async () => {
    console = await openConsole()
    data = await fillDisplays(console)
  })
  afterAll(() => console?.close())

  const at = async (page: Page, path: string, ready: string, name: string) => {
    await visit(page, path)
    await page.getByText(ready).first().waitFor()
    await checkView(page, name)
  }
  const inDialog = async (page: Page, button: string, name: string) => {
    await page.getByRole('button', { name: button, exact: true }).first().click()
    await page.getByRole('dialog').waitFor()
    await checkView(page, name)
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  }

  it('in lists', async () => {
    const { page, context } = await console.as('dana-reyes')
    await at(page, '/displays', 'Only mine', 'displays-list')
    await page.getByLabel('Find in the list').fill('no such display')
    await page.getByText('No entries match').waitFor()
    await checkView(page, 'displays-nothing')
    await at(page, '/displays/due', 'waiting for oversight', 'displays-due')
    await inDialog(page, 'Re-examine one by one', 'displays-examine')
    await context.close()
  })

  it('for one, in each state, and in the dialogs of owner and supervisor', async () => {
    const dana = await console.as('dana-reyes')
    await at(dana.page, `/displays/${data.pattern.id}`, 'Added by you', 'displays-detail')
    await inDialog(dana.page, 'Validate', 'displays-validate')
    await inDialog(dana.page, 'Close', 'displays-close')
    await at(dana.page, '/displays/d-expired', 'and has expired', 'displays-expired')
    await dana.context.close()
    const lee = await console.as('lee-novak', { path: `/displays/${data.soon.id}` })
    await inDialog(lee.page, 'Hand over', 'displays-hand-over')
    await lee.context.close()
  })

  it('in the editor', async () => {
    const { page, context } = await console.as('dana-reyes')
    await at(page, `/displays/${data.month.id}/change`, 'Save changes', 'displays-change')
    await visit(page, '/displays/new')
    await page.getByText('Limit matches (optional)').click()
    await page.getByText('Threshold and ports').click()
    await page.getByLabel('In an area').check()
    await page.getByText('0 corners').waitFor()
    for (const [lat, lon] of [
      ['32.5', '-117.1'],
      ['32.6', '-117.1'],
      ['32.6', '-117'],
    ] as const) {
      await page.getByLabel('Latitude').fill(lat)
      await page.getByLabel('Longitude').fill(lon)
      await page.getByRole('button', { name: 'Add corner' }).click()
    }
    await page.getByText('3 corners', { exact: true }).waitFor()
    await checkView(page, 'displays-new')
    await context.close()
  })

  it('when loading fails, when there are none, while they load, and when they are refused', async () => {
    const { page, context } = await console.as('dana-reyes', { path: '/alerts' })
    const LIST = '**/v1/displays?*'
    await page.route(LIST, (route) => route.fulfill({ status: 503, body: '' }))
    await page.goto(`${console.rig.api.url}/displays`)
    await page.getByRole('button', { name: 'Try again' }).waitFor()
    await checkView(page, 'displays-failure')
    await page.unroute(LIST)
    await page.route(LIST, (route) => route.fulfill({ json: { displays: [], next: null } }))
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('The watchlist is empty').first().waitFor()
    await checkView(page, 'displays-empty')
    await page.unroute(LIST)
    await page.route(LIST, () => {})
    await page.goto(`${console.rig.api.url}/displays`)
    await page.locator('.loading').waitFor()
    // While the view itself is fetched there is no heading yet.
    await page.getByRole('heading', { level: 1 }).waitFor()
    await checkView(page, 'displays-loading')
    await context.close()
    const tom = await console.as('tom-berg', { path: '/displays' })
    await tom.page.getByText('Analysts, supervisors and oversight list watchlist entries.').waitFor()
    await checkView(tom.page, 'displays-refused')
    await tom.context.close()
  })
})
