import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { checkLook, checkTablets } from './support/check.ts'
import { fillAdministration } from './support/data-administration.ts'
import { NO_SHARED_WORKER } from './support/kept-pages.ts'
import { type Console, HAS_CHROMIUM, openConsole } from './support/open-console.ts'
import { visit } from './support/tabs.ts'

/** What administration.test.ts does not come by: the other dialogs, failures, all parts on tablets. */
describe.skipIf(!HAS_CHROMIUM)('the look of administration', () => {
  let console: Console
  beforeAll(async () => {
    console = await openConsole()
    await fillAdministration(console)
  })
  afterAll(() => console?.close())

  const inDialog = async (page: Page, button: RegExp, name: string) => {
    await page.getByRole('button', { name: button }).first().click()
    await page.getByRole('dialog').waitFor()
    await checkLook(page, name)
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  }

  it('in the dialogs of system owner and administrator', async () => {
    const mara = await console.as('mara-stein', { path: '/administration/requests' })
    await inDialog(mara.page, /^End.*: Sam Okafor/, 'administration-end')
    await mara.context.close()
    const tom = await console.as('tom-berg', { path: '/administration/people' })
    await inDialog(tom.page, /^Invite again: Pat Quinn/, 'administration-invite')
    await inDialog(tom.page, /^Change e-mail: Pat Quinn/, 'administration-email')
    await inDialog(tom.page, /^Record training: Pat Quinn/, 'administration-training')
    await tom.context.close()
  })

  it('when it fails, and when cameras cannot be loaded', async () => {
    const { page, context } = await console.as('tom-berg')
    // What the worker that pages share asks for does not go by the page's routes.
    await context.addInitScript(NO_SHARED_WORKER)
    for (const [part, request] of [
      ['people', '**/v1/people?*'],
      ['cameras', '**/v1/cameras/stream'],
    ] as const) {
      await page.route(request, (route) => route.fulfill({ status: 503, body: '' }))
      await page.goto(`${console.rig.api.url}/administration/${part}`)
      await page.getByRole('button', { name: 'Try again' }).waitFor()
      await checkLook(page, `administration-${part}-failure`)
      await page.unroute(request)
      await page.getByRole('button', { name: 'Try again' }).click()
      await page.getByRole('button', { name: 'Try again' }).waitFor({ state: 'detached' })
    }
    await context.close()
  })

  it('cuts off nothing on tablets', async () => {
    const { page, context } = await console.as('tom-berg')
    for (const part of ['people', 'cameras', 'agents', 'health', 'settings', 'mailbox']) {
      await visit(page, `/administration/${part}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.locator('.loading').first().waitFor({ state: 'detached' })
      await checkTablets(page, part)
    }
    await context.close()
  })
})
