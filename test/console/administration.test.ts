import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkLook } from './support/check.ts'
import { fillAdministration } from './support/data-administration.ts'
import { type Console, HAS_CHROMIUM, openConsole } from './support/open-console.ts'

describe.skipIf(!HAS_CHROMIUM)('administration', () => {
  let console: Console
  beforeAll(async () => {
    console = await openConsole()
    await fillAdministration(console)
  })
  afterAll(() => console?.close())

  it('lets two people decide about access, and certifies people one by one (ACC-1, ACC-4)', async () => {
    const { page, complaints } = await console.as('mara-stein', { path: '/administration' })
    await page.getByText('waiting for the supervisor').waitFor()
    expect(await page.getByRole('button', { name: /^Grant/ }).count()).toBe(0)
    await checkLook(page, 'administration-requests')
    await page.getByRole('link', { name: 'Training and certification' }).click()
    await page.getByRole('button', { name: 'Certify: Sam Okafor' }).click()
    await checkLook(page, 'administration-certify')
    await page.getByLabel('Reason').fill('Works on the cases of the harbor team all year.')
    await page.getByRole('dialog').getByRole('button', { name: 'Certify' }).click()
    await page.getByText('Certified for one year.').waitFor()
    await checkLook(page, 'administration-certification')
    await page.getByRole('link', { name: 'Settings and vendors' }).click()
    await page.getByText('set by --cache-hours').waitFor()
    await checkLook(page, 'administration-settings')
    expect(complaints).toEqual([])
  })

  it('shows oversight and administrators the health of the whole, which no matcher makes well here', async () => {
    const { page, complaints } = await console.as('tom-berg', { path: '/administration/health' })
    await page.getByText('A read that comes now does NOT become an alert').waitFor()
    await page.getByRole('row', { name: /^Matchers fault no matcher holds .* Start a matcher/ }).waitFor()
    await page.getByRole('row', { name: /^Broker OK the broker answers/ }).waitFor()
    await checkLook(page, 'administration-health')
    expect(complaints.filter((text) => !text.includes('503'))).toEqual([])
  })

  it('opens training and certification from a bookmark with the old address', async () => {
    const { page, complaints } = await console.as('mara-stein', { path: '/administration/standing' })
    await page.waitForURL('**/administration/certification')
    await page
      .getByRole('button', { name: /^Certify: / })
      .first()
      .waitFor()
    expect(complaints).toEqual([])
  })

  it('opens and changes accounts, invites an agent and shows its code once (ACC-7)', async () => {
    const { page, complaints } = await console.as('tom-berg', { path: '/administration/people' })
    await page.getByRole('button', { name: 'Change: Pat Quinn' }).click()
    await page.getByRole('combobox', { name: 'Supervisor' }).selectOption({ label: 'Lee Novak' })
    await page.getByLabel('Reason').fill('Works for Lee Novak now.')
    await page.getByRole('button', { name: 'Change', exact: true }).click()
    await page.getByText('Changed.').waitFor()
    // A new office waits for a second administrator, or three days (ACC-1).
    await page.getByRole('button', { name: 'Change: Pat Quinn' }).click()
    await page.getByLabel('supervisor: approves').check()
    await page.getByLabel('Reason').fill('Follows Lee Novak.')
    await checkLook(page, 'administration-change')
    await page.getByRole('button', { name: 'Change', exact: true }).click()
    await page.getByText('The change is announced.').waitFor()
    await page.getByText('new role announced').waitFor()
    await page.getByRole('button', { name: 'Open an account' }).click()
    await page.getByLabel('Full name').fill('Ana Ruiz')
    await page.getByLabel('Username').fill('ana-ruiz')
    await page.getByRole('textbox', { name: 'E-mail' }).fill('ana.ruiz@agency.example')
    await page.getByRole('dialog').getByLabel('Supervisor').selectOption({ label: 'Lee Novak' })
    await checkLook(page, 'administration-open')
    await page.getByRole('button', { name: 'Open the account' }).click()
    await page.getByText('Ana Ruiz').waitFor()
    await checkLook(page, 'administration-people')

    await page.getByRole('link', { name: 'Edge agents' }).click()
    await page.getByRole('button', { name: 'Invite an agent' }).click()
    await page.getByLabel('Name of the agent').fill('otay-1')
    await page.getByLabel('Its cameras').fill('otay-sr905, otay-sr906')
    await page.getByRole('button', { name: 'Create the code' }).click()
    expect(await page.locator('.administration-code').textContent()).toMatch(
      /edge enroll --api http\S+ --code \S+/,
    )
    await checkLook(page, 'administration-code')
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('button', { name: 'Revoke: otay-1' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
    await page.getByText(/^Revoked/).waitFor()
    await checkLook(page, 'administration-agents')
    expect(complaints).toEqual([])
  })

  it('announces a new link to the account’s owner, who can refuse it on the page or from the e-mail (ACC-7)', async () => {
    const { page, complaints } = await console.as('tom-berg', { path: '/administration/people' })
    const { page: dana } = await console.as('dana-reyes')
    const announce = async () => {
      await page.getByRole('button', { name: 'Invite again: Dana Reyes' }).click()
      await page.getByText('can refuse it for three days').waitFor()
      await page.getByRole('dialog').getByRole('button', { name: 'Invite again' }).click()
      await page.getByText('They are notified. Do it again here in three days').first().waitFor()
      await page.getByText('new link announced').waitFor()
    }
    await announce()
    await dana.reload()
    await dana.getByText('Tom Berg has asked to send you a link that replaces your password').waitFor()
    await checkLook(dana, 'administration-pending')
    await dana.getByRole('button', { name: 'Refuse it' }).click()
    await expect.poll(() => dana.getByRole('button', { name: 'Refuse it' }).count()).toBe(0)

    await page.reload()
    await announce()
    const { mails } = (await (await console.rig.call('/v1/mailbox')).json()) as { mails: { text: string }[] }
    const link = mails.map(({ text }) => /\S+\/refuse#\S+/.exec(text)?.[0]).find(Boolean)!
    const { page: nobody } = await console.open({ path: new URL(link).pathname + new URL(link).hash })
    await nobody.getByRole('button', { name: 'I did not ask for this' }).click()
    await nobody.getByText('The change is refused and on record').waitFor()
    // The token is not in the address any more.
    expect(nobody.url()).not.toContain('#')
    await page.reload()
    await page.getByText('Dana Reyes').waitFor()
    expect(await page.getByText('new link announced').count()).toBe(0)
    expect(complaints).toEqual([])
  })

  it('shows the cameras on a map, and the e-mails of the development mode', async () => {
    const { page, complaints } = await console.as('tom-berg', { path: '/administration/cameras' })
    await page.locator('[data-map=ready]').waitFor()
    await page.getByText('3 of 5 cameras OK').waitFor()
    await page.getByRole('row').filter({ hasText: 'i5-dairy-mart' }).click()
    await page.getByText('The lens is covered or the image is washed out.').waitFor()
    await checkLook(page, 'administration-cameras')
    await page.goto(`${console.rig.api.url}/administration/mailbox`)
    await page.getByText('Set up your account').first().waitFor()
    await checkLook(page, 'administration-mailbox')
    expect(complaints).toEqual([])
  })

  it('cuts off nothing on a tablet', async () => {
    for (const path of ['/administration/people', '/administration/cameras']) {
      const { page } = await console.as('tom-berg', { path, viewport: { width: 768, height: 1024 } })
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.locator('.loading').waitFor({ state: 'detached' })
      await checkLook(page, `tablet${path.replaceAll('/', '-')}`)
      await page.context().close()
    }
  })
})
