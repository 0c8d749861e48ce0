import { jetstream } from '@nats-io/jetstream'
import { testAlertSubject } from '@sightline/schemas/subjects'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bodyOf, caseNaming, sampleAlert } from '../api/harness.ts'
import { checkView } from './support/check.ts'
import { type AlertsConsole, live, openAlerts, rows } from './support/open-alerts.ts'
import { HAS_CHROMIUM } from './support/open-console.ts'

/** An answer of an api that has lost its broker. */
const AWAY = {
  status: 503,
  contentType: 'application/problem+json',
  body: JSON.stringify({
    ...{ code: 'BROKER_UNREACHABLE', title: 'No broker', status: 503 },
    ...{ detail: 'the broker is away', hint: 'It is tried again by itself.' },
  }),
}

describe.skipIf(!HAS_CHROMIUM)('the alerts page, in both themes and on a tablet,', () => {
  let console: AlertsConsole
  beforeAll(async () => {
    console = await openAlerts()
  })
  afterAll(() => console?.close())

  const closeDialog = async (page: Page) => {
    await page.keyboard.press('Escape')
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
  }

  it('looks right without alerts, refused, and without a source', async () => {
    const { page } = await console.as('dana-reyes')
    await page.getByText('No alerts yet').waitFor()
    await checkView(page, 'empty')
    const { page: refused } = await console.as('tom-berg', { path: '/alerts' })
    await refused.getByRole('heading', { name: 'You don’t have access to this page' }).waitFor()
    await checkView(refused, 'refused')
    const { page: without } = await console.as('iris-wong', { path: '/alerts' })
    await without.getByText('You don’t have access to any data source yet').waitFor()
    await checkView(without, 'no source')
  })

  it('shows what a load test raised apart, and nowhere else', async () => {
    const { page } = await console.as('dana-reyes')
    await page.getByRole('link', { name: 'Tests' }).click()
    await page.getByText('No test is running').waitFor()
    const text = JSON.stringify({ ...sampleAlert(5), test: true })
    await jetstream(console.rig.admin).publish(testAlertSubject('display-1'), text)
    await page.getByText('number 5').waitFor()
    await checkView(page, 'tests')
    await page.getByRole('link', { name: 'Back to alerts' }).click()
    await page.getByText('No alerts yet').waitFor()
  })

  it('looks right from the claim to the result of a verified alert', async () => {
    await console.raise({ display: 'cash', plate: 'HTR447I', truth: 'HTR4471', approach: true })
    const { sequence } = await console.raise({ plate: '88XR247', truth: '8BXR247', seen: 3, approach: true })
    const { page } = await console.as('dana-reyes', { path: `/alerts/${sequence}` })
    await page.locator('[data-map=ready]').waitFor()
    await checkView(page, 'to claim')
    await page.keyboard.press('c')
    await page.getByLabel('What plate do you see?').waitFor()
    await checkView(page, 'claimed')
    await page.getByLabel('What plate do you see?').fill('8BXR249')
    await page.keyboard.press('Enter')
    await page.getByText('After one more mismatch').waitFor()
    await checkView(page, 'differs')
    await page.keyboard.press('Escape')
    await page.keyboard.press('x')
    await page.getByRole('button', { name: 'Reject the alert' }).waitFor()
    await checkView(page, 'reject')
    await closeDialog(page)
    await page.keyboard.press('z')
    await page.getByLabel('Brightness').waitFor()
    await checkView(page, 'picture')
    await closeDialog(page)
    await page.keyboard.press('?')
    await page.getByLabel('Desktop notifications').waitFor()
    await checkView(page, 'settings')
    await closeDialog(page)
    await page.getByLabel('What plate do you see?').fill('8BXR247')
    await page.keyboard.press('Enter')
    await page.getByText('Verified by you').first().waitFor()
    await checkView(page, 'verified')
    await page.keyboard.press('p')
    await page.getByLabel('Recipient', { exact: true }).waitFor()
    await checkView(page, 'pass on')
    await closeDialog(page)
  })

  it('looks right for a lookout, and for the figures', async () => {
    const { sequence, alert } = await console.raise({ display: 'boat' })
    const { page, call } = await console.as('dana-reyes')
    expect((await call(`/v1/alerts/${sequence}/claim`, {})).status).toBe(200)
    expect((await call(`/v1/pictures/${alert.read.pictures.plate}`)).status).toBe(200)
    expect((await call(`/v1/alerts/${sequence}/verification`, { plate: '7KLM903' })).status).toBe(200)
    await page.goto(`${console.rig.api.url}/alerts/${sequence}`)
    await page.getByText('Verified by you').first().waitFor()
    await page.keyboard.press('l')
    await page.getByText('You have no open case').waitFor()
    await checkView(page, 'lookout without a case')
    await closeDialog(page)
    const { id } = await bodyOf<{ id: string }>(
      call('/v1/cases', caseNaming(['7KLM903'], { caseRef: 'CASE-2038' })),
    )
    await page.reload()
    await page.getByRole('button', { name: 'Create lookout …' }).click()
    await page.getByLabel('Case', { exact: true }).waitFor()
    await checkView(page, 'lookout')
    await closeDialog(page)
    const reason = 'The boat it meets was never inspected'
    expect((await call(`/v1/alerts/${sequence}/lookout`, { case: id, reason })).status).toBe(201)
    await page.reload()
    await page.getByText('Lookout created by you').waitFor()
    await checkView(page, 'looked out for')
    await page.goto(`${console.rig.api.url}/alerts/precision`)
    await page.getByText('right in').waitFor()
    await checkView(page, 'precision')
    await page.locator('label', { hasText: 'By camera' }).click()
    await page.getByText('harbor-dr-1').waitFor()
    await checkView(page, 'precision by camera')
  })

  it('looks right when the list cannot be loaded, and when the connection is lost', async () => {
    const { page } = await console.as('dana-reyes', { path: '/my-access' })
    await page.route(/\/v1\/alerts\?/, (route) => route.fulfill(AWAY))
    await page.goto(`${console.rig.api.url}/alerts`)
    await page.getByText('The broker is away').waitFor()
    await checkView(page, 'failure')
    // One comes by the stream meanwhile: that others are missing is said all the same.
    await console.raise({ hasPicture: false })
    await page.getByText('The list couldn’t be refreshed').waitFor()
    expect(await page.getByText('Loading').count()).toBe(0)
    await checkView(page, 'partly')
    await page.unroute(/\/v1\/alerts\?/)
    await page.getByRole('button', { name: 'Try again' }).click()
    await expect.poll(() => rows(page).count()).toBe(4)
    await console.loseConnection(page, () => checkView(page, 'lost'))
    await live(page)
    await page.getByText('Live again after').waitFor()
    await checkView(page, 'live again')
  })
})
