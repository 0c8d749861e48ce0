import { jetstreamManager } from '@nats-io/jetstream'
import { paintedRows, watchRows } from '@sightline/bench/console/shown'
import type { Lookout } from '@sightline/schemas/lookout'
import { ALERTS } from '@sightline/schemas/streams'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bodyOf, caseNaming } from '../api/harness.ts'
import { axeInBothThemes } from './support/axe.ts'
import { raiseSightings } from './support/data-alerts.ts'
import { type AlertsConsole, live, openAlerts, row, rows } from './support/open-alerts.ts'
import { HAS_CHROMIUM } from './support/open-console.ts'

const PLATES = /8BXR247|88XR247|7KLM903|HTR4471|6VGN518/

/** From the storing of an alert until it is painted, milliseconds: a bound for busy machines; `bench console` measures. */
const SHOWN_MS = 8000

describe.skipIf(!HAS_CHROMIUM)('live alerts', () => {
  let console: AlertsConsole
  let raise: AlertsConsole['raise']
  beforeAll(async () => {
    console = await openAlerts()
    ;({ raise } = console)
  })
  afterAll(() => console?.close())

  it('say what an empty list means and what to do', async () => {
    const { page, complaints } = await console.as('dana-reyes')
    await page.getByText('No alerts yet').waitFor()
    await page.getByRole('link', { name: 'Go to the watchlist' }).waitFor()
    expect(complaints).toEqual([])
  })

  it('show an alert at once; the keyboard alone takes it from lead to verified and shared (DSP-1, DSP-7)', async () => {
    const { page, complaints, call } = await console.as('dana-reyes')
    const addresses: string[] = []
    const told: Promise<string>[] = []
    page.on('request', (request) => addresses.push(request.url()))
    page.on('response', (response) => {
      if (/\/v1\/(alerts|displays)/.test(response.url())) told.push(response.text().catch(() => ''))
    })
    page.on('framenavigated', (frame) => addresses.push(frame.url()))
    await live(page)
    await raise({ display: 'cash' }) // draws nothing again in the measured one
    await rows(page).first().waitFor()
    await watchRows(page)
    const { sequence } = await raise({ display: 'cash', approach: true })
    await row(page, sequence).waitFor()
    await expect.poll(async () => (await paintedRows(page)).has(sequence)).toBe(true)
    const shown = (await paintedRows(page)).get(sequence)!
    const stored = await storedAt(console, sequence)
    expect(shown - stored).toBeLessThan(SHOWN_MS)
    // Screen readers announce it; alerts that arrive together are announced together.
    await page.getByText(/^(New alert|\d+ new alerts), .*high priority/).waitFor({ state: 'attached' })

    await page.getByRole('heading', { name: 'Alerts' }).focus()
    await page.keyboard.press('j')
    await page.getByRole('heading', { name: 'Alert for CASE-1996' }).waitFor()
    expect(await row(page, sequence).getAttribute('aria-selected')).toBe('true')
    await page.getByText('San Ysidro, California: about 6 km').waitFor()
    // Nothing tells the plate before a person has read the picture.
    expect(await page.locator('body').textContent()).not.toMatch(PLATES)
    await page.keyboard.press('p')
    await page.getByText('Only a verified sighting can be shared').first().waitFor()

    await page.keyboard.press('c')
    const field = page.getByLabel('What plate do you see?')
    await expect.poll(() => page.locator('.alert-input:focus').count()).toBe(1)
    await page.keyboard.type('xcp 123')
    await page.keyboard.press('Enter')
    await page.getByText('That isn’t the watched plate').waitFor()
    await page.getByText('After one more mismatch').waitFor()
    expect(await field.inputValue()).toBe('')
    expect(await page.locator('body').textContent()).not.toMatch(PLATES)
    // It is not only hidden: it never came to the browser.
    expect(told.length).toBeGreaterThan(2)
    expect((await Promise.all(told)).join('\n')).not.toMatch(PLATES)
    await page.keyboard.type('htr 4471')
    await page.keyboard.press('Enter')
    await page.getByText('Verified by you').first().waitFor()
    expect(await page.locator('.alert').textContent()).toMatch(/HTR4471/)
    await page.getByText('Character 7: 1 83%, or I 15%').waitFor()

    await page.keyboard.press('p')
    await page.getByLabel('Recipient', { exact: true }).selectOption({ label: 'Port of San Ysidro (e-mail)' })
    await page.getByLabel('Legal authority').fill('too short')
    await page.getByRole('button', { name: 'Share', exact: true }).click()
    expect(await page.locator('dialog input:invalid').count()).toBe(1)
    await page.getByLabel('Legal authority').fill('19 U.S.C. 1581')
    await page.getByRole('button', { name: 'Share', exact: true }).click()
    await page.getByText('Shared with Port of San Ysidro by you').waitFor()
    await page.getByText('Under: 19 U.S.C. 1581').waitFor()
    const { work } = await bodyOf<{ work: { passedOn: unknown[]; tries: unknown[] } }>(
      call(`/v1/alerts/${sequence}`),
    )
    expect([work.passedOn.length, work.tries.length]).toEqual([1, 1])
    expect(addresses.filter((address) => PLATES.test(decodeURIComponent(address).toUpperCase()))).toEqual([])
    expect(complaints).toEqual([])
  })

  it('make a lookout of a verified alert, for its case, and say where it comes from (AUD-9)', async () => {
    const { sequence, alert } = await raise({ display: 'boat' })
    const { page, complaints, call } = await console.as('dana-reyes', { path: `/alerts/${sequence}` })
    const dialog = page.getByRole('dialog')
    await page.getByRole('button', { name: 'Claim', exact: true }).waitFor()
    await page.keyboard.press('l')
    await page.getByText('Only a verified sighting can become a lookout').first().waitFor()
    await page.keyboard.press('c')
    await page.getByLabel('What plate do you see?').fill('7KLM 903')
    await page.keyboard.press('Enter')
    await page.getByText('Verified by you').first().waitFor()

    // Without the case of the display there is none.
    await page.keyboard.press('l')
    await dialog.getByText('You have no open case CASE-2038').waitFor()
    await page.keyboard.press('Escape')
    const opened = await call('/v1/cases', caseNaming(['7KLM903'], { caseRef: 'CASE-2038' }))
    expect(opened.status).toBe(201)
    await page.reload()
    await page.getByRole('button', { name: 'Create lookout …' }).click()
    await dialog.getByText('Dana Reyes').or(dialog.getByText('by you')).first().waitFor()
    await dialog.getByText('at 1140 N Harbor Drive, San Diego').waitFor()
    await dialog.getByText('Pickup seen beside the uninspected boat').waitFor()
    expect(await dialog.getByLabel('Case', { exact: true }).textContent()).toMatch(
      /CASE-2038 · Stolen vehicles/,
    )
    await dialog.getByLabel('Reason for the lookout').fill('inspect')
    await dialog.getByRole('button', { name: 'Create the lookout' }).click()
    expect(await dialog.locator('textarea:invalid').count()).toBe(1)
    await dialog
      .getByLabel('Reason for the lookout')
      .fill('The boat it meets was never inspected; look under the bed')
    await dialog.getByRole('button', { name: 'Create the lookout' }).click()
    await page.getByText('Lookout created by you').waitFor()
    await page.getByText('A border-inspection lookout was created from this alert').waitFor()
    await expect.poll(() => dialog.count()).toBe(0)
    expect(await page.getByRole('button', { name: 'Create lookout …' }).count()).toBe(0)
    await page.keyboard.press('l')
    await page.getByText('already').first().waitFor()

    const { lookouts } = await bodyOf<{ lookouts: Lookout[] }>(call('/v1/lookouts'))
    expect(lookouts.map(({ plate, provenance, verified }) => [plate, provenance, verified.by])).toEqual([
      ['7KLM903', expect.objectContaining({ alert: alert.id, display: 'd-boat' }), 'dana-reyes'],
    ])
    await page.getByRole('link', { name: 'Go to lookouts' }).click()
    await page.getByText('A verified alert').waitFor()
    expect(complaints).toEqual([])
  })

  it('show what others do while they do it, and reject with a reason', async () => {
    const { alert, sequence } = await raise({ plate: '88XR247', truth: '88XR247' })
    const sam = await console.session('sam-okafor')
    const { page } = await console.as('dana-reyes', { path: `/alerts/${sequence}` })
    await page.getByText('71% likely').waitFor()
    expect((await sam.call(`/v1/alerts/${sequence}/claim`, {})).status).toBe(200)
    await page.getByText('Sam Okafor is working on it').waitFor()
    await row(page, sequence).getByText('Claimed').waitFor()
    await page.keyboard.press('x')
    await page.getByText('Someone else has claimed it').first().waitFor()
    await raiseSightings(console.rig.admin, alert, 3)
    await row(page, sequence).getByText('×3').waitFor()
    expect((await sam.call(`/v1/alerts/${sequence}/release`, {})).status).toBe(200)
    // Until the page knows of the release, the key says once more that someone else has claimed it.
    await row(page, sequence).getByText('Claimed').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Claim', exact: true }).waitFor()

    await page.keyboard.press('x')
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('What plate do you see?').fill('88xr247')
    await dialog.getByRole('button', { name: 'One character was misread' }).click()
    await dialog.getByRole('button', { name: 'Reject the alert' }).click()
    await page.getByText('Rejected by you').first().waitFor()
    await expect.poll(() => dialog.count()).toBe(0)
    await page.locator('label', { hasText: 'Rejected 1' }).click()
    expect(await rows(page).count()).toBe(1)
  })

  it('do not bring back a claim that was released while the alert was asked for', async () => {
    const { sequence } = await raise({ plate: '88XR249', truth: '88XR249' })
    const sam = await console.session('sam-okafor')
    const { page } = await console.as('dana-reyes', { path: '/alerts' })
    expect((await sam.call(`/v1/alerts/${sequence}/claim`, {})).status).toBe(200)
    await row(page, sequence).getByText('Claimed').waitFor()
    const [asked, released] = [new AbortController(), new AbortController()]
    const waitFor = ({ signal }: AbortController) =>
      signal.aborted ? Promise.resolve() : new Promise((done) => signal.addEventListener('abort', done))
    await page.route(`**/v1/alerts/${sequence}`, async (route) => {
      const response = await route.fetch()
      asked.abort()
      await waitFor(released)
      await route.fulfill({ response })
    })
    const answered = page.waitForResponse(`**/v1/alerts/${sequence}`)
    await row(page, sequence).click()
    await waitFor(asked)
    expect((await sam.call(`/v1/alerts/${sequence}/release`, {})).status).toBe(200)
    await row(page, sequence).getByText('Claimed').waitFor({ state: 'detached' })
    released.abort()
    await (await answered).finished()
    await page.evaluate(() => new Promise((done) => setTimeout(done, 300)))
    expect(await row(page, sequence).getByText('Claimed').count()).toBe(0)
    await page.getByRole('button', { name: 'Claim', exact: true }).waitFor()
  })

  it('say why a person who typed another plate twice has to leave the alert to others', async () => {
    const { sequence } = await raise({ display: 'boat' })
    const { page } = await console.as('dana-reyes', { path: `/alerts/${sequence}` })
    await page.getByRole('button', { name: 'Claim', exact: true }).click()
    for (const typed of ['7KLM9O8', '7KLM908']) {
      await page.getByLabel('What plate do you see?').fill(typed)
      await page.getByRole('button', { name: 'Verify' }).click()
      await page
        .getByText(
          typed === '7KLM9O8' ? 'After one more mismatch' : 'another person must now review this image',
        )
        .waitFor()
    }
    await page.getByRole('button', { name: 'Claim', exact: true }).waitFor()
  })

  it('continue without a gap after the connection was lost', async () => {
    const { page } = await console.as('dana-reyes')
    await live(page)
    const missed: Awaited<ReturnType<typeof raise>>[] = []
    await console.loseConnection(page, async () => {
      await page.getByText('no alert is lost').waitFor()
      missed.push(await raise({ minutesAgo: 1 }), await raise({ display: 'rental', minutesAgo: 1 }))
    })
    await page.getByText('2 alerts arrived meanwhile, none missed').waitFor()
    for (const { sequence } of missed) await row(page, sequence).waitFor()
    await live(page)
  })

  it('lead from an alert without an image to the one that has it, and say why there are two (DSP-7)', async () => {
    const { page, complaints } = await console.as('dana-reyes')
    await live(page)
    const without = await raise({ display: 'boat', hasPicture: false })
    await row(page, without.sequence).click()
    await page.getByRole('heading', { name: 'Alert for CASE-2038' }).waitFor()
    expect(await page.getByText('Seen twice').count()).toBe(0)
    const better = await raise({ display: 'boat', standsFor: without.alert.id })
    await page.getByText('A later read of the same vehicle has one').waitFor()
    await page.getByRole('link', { name: 'Open the alert of' }).click()
    await page.getByText('This read has an image; the first read of the vehicle had none').waitFor()
    expect(new URL(page.url()).pathname).toBe(`/alerts/${better.sequence}`)
    await page.getByRole('link', { name: 'Open the alert of' }).click()
    await page.getByText('A later read of the same vehicle has one').waitFor()
    expect(complaints).toEqual([])
  })

  it('leave no map behind when the page is left while the map is loading', async () => {
    const { page, complaints } = await console.as('dana-reyes')
    await live(page)
    let load = () => {}
    const isLoading = new Promise<void>((resolve) => {
      load = resolve
    })
    await page.route('**/counties-10m*', (route) => isLoading.then(() => route.continue()))
    const [first, second] = [await raise({ display: 'boat' }), await raise({ display: 'cash' })]
    await row(page, first.sequence).click()
    await page.locator('[data-map=loading]').waitFor()
    await page.getByRole('link', { name: 'Cases', exact: true }).click()
    await page.getByRole('heading', { name: 'Cases' }).waitFor()
    expect(await page.locator('[data-map]').count()).toBe(0)
    await page.getByRole('link', { name: /^Alerts/ }).click()
    await row(page, second.sequence).click()
    await page.locator('[data-map=loading]').waitFor()
    load()
    // The map that was left would have been drawn before this one.
    await page.locator('[data-map=ready]').waitFor()
    expect(complaints).toEqual([])
  })

  it('announce new alerts while another page is open', async () => {
    const { page } = await console.as('dana-reyes', { path: '/my-access' })
    await page.getByRole('heading', { name: 'My access' }).waitFor()
    await expect
      .poll(async () => {
        await raise({ display: 'cash', hasPicture: false })
        return page.getByRole('navigation').getByText('new alert').count()
      })
      .toBe(1)
    await page.getByRole('link', { name: /^Alerts/ }).click()
    await live(page)
    expect(await page.getByRole('navigation').getByText('new alert').count()).toBe(0)
  })

  it('let single-key shortcuts be switched off', async () => {
    const { page } = await console.as('sam-okafor')
    await rows(page).first().waitFor()
    await page.keyboard.press('?')
    await page.getByLabel('Use single keys as shortcuts').uncheck()
    await page.keyboard.press('Escape')
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
    await page.keyboard.press('j')
    await page.keyboard.press('?')
    expect(await page.getByRole('dialog').count()).toBe(0)
    expect(new URL(page.url()).pathname).toBe('/alerts')
    // The list's own keys stay.
    await page.getByRole('listbox').focus()
    await page.keyboard.press('ArrowDown')
    await page.getByRole('heading', { name: 'Alert for' }).waitFor()
  })

  it.each([
    ['oversight', 'iris-wong'],
    ['a supervisor', 'lee-novak'],
  ] as const)('tell %s without a source why there is no alert, and who grants (ACC-6)', async (_, who) => {
    const { page, complaints, call } = await console.as(who, { path: '/alerts' })
    await page.getByText('You don’t have access to any data source yet').waitFor()
    await page.getByText('your supervisor approves, then a system owner grants').waitFor()
    expect(await axeInBothThemes(page)).toEqual([])
    // It is the rule of the api, and no fault of the page: none of the alerts that there are.
    const { alerts } = await bodyOf<{ alerts: unknown[] }>(call('/v1/alerts?limit=100'))
    expect(alerts).toEqual([])
    await page.getByRole('link', { name: 'Go to My access' }).click()
    await page.getByRole('heading', { name: 'Request access' }).waitFor()
    expect(complaints).toEqual([])
  })

  it('show how often alerts were right, under names that people know (DSP-7)', async () => {
    const { page } = await console.as('dana-reyes', { path: '/alerts/precision' })
    await page.getByText(/% right in \d+ decisions/).waitFor()
    const display = page.getByRole('row', { name: /CASE-1996/ })
    await display.getByText('Sam Okafor').waitFor()
    expect(await display.getByRole('link').getAttribute('href')).toBe('/displays/d-cash')
    // It is neither hers nor of a case of hers (ACC-8): the supervisor of its owner sees its plate.
    expect(await display.textContent()).toMatch(/Plate hidden/)
    const { page: lee } = await console.as('lee-novak', { path: '/alerts/precision' })
    await lee.getByRole('row', { name: /H T R 4 4 7 1/ }).waitFor()
    await page.locator('label', { hasText: 'By camera' }).click()
    await page
      .getByRole('row', { name: /1140 N Harbor Drive, San Diego/ })
      .getByText('harbor-dr-1')
      .waitFor()
    // Who was granted no source sees how good it is, not where it stands (ACC-6).
    const { page: other } = await console.as('iris-wong', { path: '/alerts/precision' })
    await other.locator('label', { hasText: 'By camera' }).click()
    await other.getByText('harbor-dr-1').waitFor()
    await other.getByText('whose source you were granted').waitFor()
    expect(await other.getByText('Harbor Drive').count()).toBe(0)
  })

  it('say why the list cannot be loaded, and load it again', async () => {
    const { page } = await console.as('dana-reyes', { path: '/my-access' })
    const problem = {
      code: 'BROKER_UNREACHABLE',
      title: 'No broker',
      detail: 'the broker is away',
      hint: null,
      status: 503,
    }
    await page.route(/\/v1\/alerts\?/, (route) =>
      route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify(problem) }),
    )
    await page.goto(`${console.rig.api.url}/alerts`)
    await page.getByText('The broker is away').waitFor()
    await page.unroute(/\/v1\/alerts\?/)
    await page.getByRole('button', { name: 'Try again' }).click()
    await rows(page).first().waitFor()
  })
})

async function storedAt({ rig }: AlertsConsole, sequence: number): Promise<number> {
  const manager = await jetstreamManager(rig.admin)
  const message = await manager.streams.getMessage(ALERTS, { seq: sequence })
  return message!.time.getTime()
}
