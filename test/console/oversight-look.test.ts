import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bodyOf } from '../api/harness.ts'
import { checkStates, checkTablets, checkView } from './support/check.ts'
import { fillOversight, type Past, quarterBefore } from './support/data-oversight.ts'
import { type Console, HAS_CHROMIUM, openConsole } from './support/open-console.ts'
import { visit } from './support/tabs.ts'

/** Every view and dialog of oversight, in each state: what axe finds in either theme, and what is cut on a tablet. */
describe.skipIf(!HAS_CHROMIUM)('the look of oversight', () => {
  let console: Console
  let past: Past
  beforeAll(async () => {
    past = quarterBefore()
    console = await openConsole({ api: { clock: past.clock } })
  })
  afterAll(() => console?.close())
  const at = (path: string) => `/oversight${path}`

  it('when it is empty', async () => {
    const { page } = await console.as('iris-wong', { path: '/oversight' })
    const empty = [
      ['', 'Every past quarter is signed.'],
      ['/reviews', 'No review yet.'],
      ['/displays', 'Every active entry was reviewed this quarter.'],
      ['/misuse', 'Nothing unusual in this period.'],
    ] as const
    for (const [path, text] of empty) {
      await visit(page, at(path))
      await page.getByText(text, { exact: false }).first().waitFor()
      await checkView(page, `oversight-empty${path.replace('/', '-')}`)
    }
  })

  it('while it loads, and when that fails', async () => {
    // Elsewhere: what is loaded already has no state of loading.
    const { page } = await console.as('iris-wong', { path: '/my-access' })
    for (const path of ['', '/reviews', '/reviews/2026-Q1', '/displays', '/misuse', '/misuse/settings']) {
      await checkStates(page, at(path), `oversight${path.replaceAll('/', '-')}`)
    }
  })

  it('for a person who may not open it, with the rule', async () => {
    const { page } = await console.as('dana-reyes', { path: '/oversight/audit' })
    await page.getByText('How to get access').waitFor()
    await checkView(page, 'oversight-refused')
  })

  it('with what is due, reviews, settings and an account on a tablet', async () => {
    await fillOversight(console, past)
    const { page, call } = await console.as('iris-wong', { path: '/oversight' })
    await page.route('**/v1/oversight/due', async (route) => {
      const due = await (await route.fetch()).json()
      const people = [
        { person: 'sam-okafor', validUntil: '2026-01-03T00:00:00.000Z', state: 'lapsed' },
        { person: 'dana-reyes', validUntil: null, state: 'lapsed' },
      ]
      await route.fulfill({ json: { ...due, certifications: people, trainings: people } })
    })
    await page.reload()
    await page.getByText('Dana Reyes').first().waitFor()
    await checkView(page, 'oversight-due-people')
    await page.unroute('**/v1/oversight/due')

    const { auditReviews } = await bodyOf<{ auditReviews: { quarter: string }[] }>(call('/v1/oversight/due'))
    const { quarter } = auditReviews.at(-1)!
    expect((await call(`/v1/oversight/reviews/${quarter}`, {})).status).toBe(201)
    await visit(page, at('/reviews'))
    await page.getByRole('link', { name: quarter }).waitFor()
    await checkView(page, 'oversight-reviews')
    await visit(page, at(`/reviews/${quarter}`))
    await page.getByText('Vague purpose').waitFor()
    await checkTablets(page, 'oversight-review')
    await page
      .getByRole('button', { name: /^Decide: Record/ })
      .first()
      .click()
    await page.getByRole('dialog').getByText('Details').waitFor()
    await checkView(page, 'oversight-judge-record')
    for (const path of ['/displays', '/misuse', '/misuse/settings', '/account'] as const) {
      await visit(page, at(path))
      await page.locator('.card').first().waitFor()
      await checkTablets(page, `oversight${path.replaceAll('/', '-')}`)
    }
    await visit(page, at('/audit'))
    await page.getByRole('button', { name: 'Search', exact: true }).click()
    await page.getByRole('row').nth(3).waitFor()
    await checkTablets(page, 'oversight-audit')
  })
})
