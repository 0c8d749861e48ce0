import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { checkLook, checkStates, checkTablets, checkView } from './support/check.ts'
import { type CaseData, fillCases } from './support/data-cases.ts'
import { type Console, HAS_CHROMIUM, openConsole } from './support/open-console.ts'
import { visit } from './support/tabs.ts'

/** Every view and dialog of the cases, in each state: what axe finds in either theme, and what is cut on a tablet. */
describe.skipIf(!HAS_CHROMIUM)('the look of cases', () => {
  let console: Console
  let data: CaseData
  beforeAll(async () => {
    console = await openConsole({ vendor: true })
  })
  afterAll(() => console?.close())
  const see = async (page: Page, path: string, text: string) => {
    await visit(page, `/cases${path}`)
    await page.getByText(text, { exact: false }).first().waitFor()
  }
  const partsOf = (page: Page) => async (name: string, text: string) => {
    await see(page, `/${data.workspace.id}${name}`, text)
    await checkView(page, `case${name.replace('/', '-')}`)
  }
  /** Opens a dialog by its button, looks at it, and closes it. */
  const lookInto = async (page: Page, name: string) => {
    await page.getByRole('button', { name, exact: true }).first().click()
    await page.getByRole('dialog').locator('.loading').waitFor({ state: 'detached' })
    await checkLook(page, `dialog-${name.toLowerCase().replaceAll(' ', '-')}`)
    await page.keyboard.press('Escape')
  }

  it('when they are empty', async () => {
    const { page } = await console.as('sam-okafor', { path: '/cases' })
    const empty = [
      ['', 'You have no case yet.'],
      ['/lookouts', 'No lookouts.'],
      ['/products', 'There is no product that you may see.'],
      ['/passed', 'Nothing was shared outside.'],
      ['/approvals', 'No search is waiting for you.'],
    ] as const
    for (const [path, text] of empty) {
      await see(page, path, text)
      await checkView(page, `cases-empty${path.replace('/', '-')}`)
    }
    await page.context().close()
    const lee = await console.as('lee-novak', { path: '/cases/left' })
    await lee.page.getByText('All cases of your people have an owner.').waitFor()
    await checkView(lee.page, 'cases-empty-left')
    await lee.page.context().close()
  })

  it('while they load, and when that fails', async () => {
    // Elsewhere: what is loaded already has no state of loading.
    const { page } = await console.as('dana-reyes', { path: '/my-access' })
    for (const path of ['', '/lookouts', '/products', '/products/p-1', '/passed', '/approvals', '/c-1']) {
      await checkStates(page, `/cases${path}`, `cases${path.replaceAll('/', '-')}`)
    }
    await page.context().close()
  })

  it('for a person who may not open them, with the rule', async () => {
    const { page } = await console.as('tom-berg', { path: '/cases/new' })
    await page.getByText('How to get access').waitFor()
    await checkView(page, 'cases-refused')
    await page.context().close()
  })

  it('with everything a case can contain', async () => {
    data = await fillCases(console)
    const { page } = await console.as('dana-reyes', { path: '/cases' })
    const views = [
      ['', 'Trailers taken'],
      ['/new', 'Visible only to you'],
      ['/lookouts', 'Image compared'],
      ['/products', 'Three thefts'],
      ['/passed', 'Officer R. Lane'],
      ['/approvals', 'Which white Fords'],
      [`/${data.event.id}/saved`, 'No saved reads.'],
    ] as const
    for (const [path, text] of views) {
      await see(page, path, text)
      await checkView(page, `cases${path.replace(data.event.id, 'event').replaceAll('/', '-')}`)
    }
    await visit(page, '/cases/new')
    await page.getByLabel('Project').check()
    await page.getByLabel('Colleagues (optional)').fill('Nobody Known')
    await page.keyboard.press('Enter')
    await page.getByText('No match. Pick a person from the list.').waitFor()
    await page.getByLabel('Colleagues (optional)').fill('Sam Okafor')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Remove Sam Okafor' }).waitFor()
    await checkView(page, 'cases-new-people')
  })

  it('with the subjects of a case, and its dialogs', async () => {
    const { page } = await console.as('dana-reyes', { path: '/cases' })
    const part = partsOf(page)
    await part('', 'About the case')
    for (const name of ['Change', 'Renew', 'Hand over', 'Close', 'Delete', 'Add a colleague']) {
      await lookInto(page, name)
    }
    await lookInto(page, 'Remove Sam Okafor')
    await part('/subjects', 'Subjects of the case')
    await lookInto(page, 'Add a subject')
    await page.getByRole('button', { name: 'Add a subject' }).click()
    await page.getByRole('dialog').getByLabel('Place').check()
    await page.getByRole('dialog').getByLabel('a point and a radius').check()
    await checkView(page, 'dialog-subject-place')
    await page.keyboard.press('Escape')
    await part('/products', 'Three thefts')
    await lookInto(page, 'Write a product')
    await page.context().close()
  })

  it('with the results of a case, and its dialogs', async () => {
    const { page } = await console.as('dana-reyes', { path: '/cases' })
    const part = partsOf(page)
    await part('/lookouts', 'Image compared')
    await page.getByText('A saved read and its search').click()
    await checkView(page, 'case-lookout-provenance')
    await lookInto(page, 'Renew')
    await lookInto(page, 'Close')
    await part('/passed', 'Officer R. Lane')
    await lookInto(page, 'Record a disclosure')
    await part('/searches', 'Which white Fords')
    await lookInto(page, 'Approve')
    await part('/saved', 'Select a read')
    await page.getByRole('row').nth(1).click()
    await page.getByText('Searched for').waitFor()
    await checkView(page, 'case-saved-chosen')
    for (const name of ['Create lookout', 'Renew', 'Delete']) await lookInto(page, name)
    await page.context().close()
  })

  it('with the versions of a product, for author, reviewer and reader', async () => {
    const { page } = await console.as('dana-reyes', { path: `/cases/products/${data.product.id}` })
    await page.getByText('You can’t review your own version').waitFor()
    await checkView(page, 'product-author')
    await lookInto(page, 'Renew')
    const sam = await console.as('sam-okafor', { path: `/cases/products/${data.product.id}` })
    await sam.page.getByRole('button', { name: 'Publish' }).waitFor()
    await checkView(sam.page, 'product-reviewer')
    await lookInto(sam.page, 'Return')
    await sam.page.getByRole('button', { name: 'Publish' }).click()
    await sam.page
      .getByRole('dialog')
      .getByLabel('Why it can be published')
      .fill('It says what the reads show, and no more.')
    await checkTablets(sam.page, 'dialog-publish')
    await sam.page.getByRole('dialog').getByRole('button', { name: 'Publish' }).click()
    await sam.page.getByText('Published').first().waitFor()
    await lookInto(sam.page, 'Withdraw')
    await lookInto(sam.page, 'Write a new version')
    const lee = await console.as('lee-novak', { path: `/cases/products/${data.product.id}` })
    await lee.page.getByText('The lots are not watched').waitFor()
    await checkView(lee.page, 'product-reader')
  })
})
