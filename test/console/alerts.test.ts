import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jetstreamManager } from '@nats-io/jetstream'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CONSOLE_FOLDER } from '../../api/plugins/external/console.ts'
import { paintedRows, watchRows } from '../../bench/console/shown.ts'
import { ALERTS } from '../../schemas/streams.ts'
import { bodyOf } from '../api/harness.ts'
import { axeFindings } from './support/axe.ts'
import { alertsApi, raiseAlert, raiseSightings, storeDisplays } from './support/data-alerts.ts'
import { type Console, HAS_CHROMIUM, openConsole } from './support/open-console.ts'

const PLATES = /8BXR247|88XR247|7KLM903|HTR4471|6VGN518/

/** From the storing of an alert until it is painted, milliseconds: a bound for busy machines; `bench console` measures. */
const SHOWN_MS = 2000
const PATIENCE_MS = 10_000

describe.skipIf(!HAS_CHROMIUM)('live alerts', () => {
  let console: Console
  let folder: string
  const options = async () => ({ ...(await alertsApi(folder)), consoleFolder: CONSOLE_FOLDER })
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sightline-alerts-'))
    console = await openConsole({ api: await alertsApi(folder) })
    const { as } = console
    // What is not there after this time does not come: the message then says what it was.
    console.as = async (...args) => {
      const tab = await as(...args)
      tab.page.setDefaultTimeout(PATIENCE_MS)
      return tab
    }
    await storeDisplays(console.rig.admin)
  })
  afterAll(async () => {
    await console?.close()
    await rm(folder, { recursive: true, force: true })
  })

  const row = (page: Page, sequence: number) => page.locator(`[data-sequence="${sequence}"]`)
  const live = (page: Page) => page.getByText('Live', { exact: true }).waitFor()
  const raise = (more: Partial<Parameters<typeof raiseAlert>[1]> = {}) =>
    raiseAlert(console.rig.admin, { display: 'trailer', ...more })

  it('says what an empty list means and what to do', async () => {
    const { page, complaints } = await console.as('dana-reyes')
    await page.getByText('No alert yet').waitFor()
    await page.getByRole('link', { name: 'To the displays' }).waitFor()
    expect(await axeFindings(page)).toEqual([])
    expect(complaints).toEqual([])
  })

  it('shows an alert at once, and takes it by keys alone from lead to verified and passed on (DSP-1, DSP-7)', async () => {
    const { page, complaints, call } = await console.as('dana-reyes')
    const addresses: string[] = []
    page.on('request', (request) => addresses.push(request.url()))
    page.on('framenavigated', (frame) => addresses.push(frame.url()))
    await live(page)
    await raise({ display: 'cash' }) // draws nothing anew in the measured one
    await rows(page).first().waitFor()
    await watchRows(page)
    const { sequence } = await raise({ display: 'cash', approach: true })
    await row(page, sequence).waitFor()
    await expect.poll(async () => (await paintedRows(page)).has(sequence)).toBe(true)
    const shown = (await paintedRows(page)).get(sequence)!
    const stored = await storedAt(console, sequence)
    expect(shown - stored).toBeLessThan(SHOWN_MS)
    // Told to screen readers; those that come at once are told of together.
    await page.getByText(/^(New alert|\d+ new alerts), .*high priority/).waitFor({ state: 'attached' })

    await page.getByRole('heading', { name: 'Alerts' }).focus()
    await page.keyboard.press('j')
    await page.getByRole('heading', { name: 'Alert for CASE-1996' }).waitFor()
    expect(await row(page, sequence).getAttribute('aria-selected')).toBe('true')
    await page.getByText('San Ysidro, California: about 6 km').waitFor()
    // Nothing tells the plate before a person has read the picture.
    expect(await page.locator('body').textContent()).not.toMatch(PLATES)
    await page.keyboard.press('p')
    await page.getByText('Only a verified sighting is passed on').first().waitFor()

    await page.keyboard.press('c')
    const field = page.getByLabel('Which plate do you see?')
    await expect.poll(() => page.locator('.alert-input:focus').count()).toBe(1)
    await page.keyboard.type('xcp 123')
    await page.keyboard.press('Enter')
    await page.getByText('You typed another plate than the one displayed').waitFor()
    await page.getByText('you have one more try').waitFor()
    expect(await field.inputValue()).toBe('')
    expect(await page.locator('body').textContent()).not.toMatch(PLATES)
    await page.keyboard.type('htr 4471')
    await page.keyboard.press('Enter')
    await page.getByText('Verified by you').first().waitFor()
    expect(await page.locator('.alert').textContent()).toMatch(/HTR4471/)
    await page.getByText('Character 7: 1 83 %, or I 15 %').waitFor()

    await page.keyboard.press('p')
    await page.getByLabel('To whom').selectOption({ label: 'Port of San Ysidro (e-mail)' })
    await page.getByLabel('Under which authority').fill('too short')
    await page.getByRole('button', { name: 'Pass on', exact: true }).click()
    expect(await page.locator('dialog input:invalid').count()).toBe(1)
    await page.getByLabel('Under which authority').fill('19 U.S.C. 1581')
    await page.getByRole('button', { name: 'Pass on', exact: true }).click()
    await page.getByText('Passed on to Port of San Ysidro by you').waitFor()
    await page.getByText('Under: 19 U.S.C. 1581').waitFor()
    const { work } = await bodyOf<{ work: { passedOn: unknown[]; tries: unknown[] } }>(
      call(`/v1/alerts/${sequence}`),
    )
    expect([work.passedOn.length, work.tries.length]).toEqual([1, 1])
    expect(addresses.filter((address) => PLATES.test(decodeURIComponent(address).toUpperCase()))).toEqual([])
    expect(complaints).toEqual([])
  })

  it('shows what others do while they do it, and rejects with a reason', async () => {
    const { alert, sequence } = await raise({ plate: '88XR247', truth: '88XR247' })
    const sam = await console.session('sam-okafor')
    const { page } = await console.as('dana-reyes', { path: `/alerts/${sequence}` })
    await page.getByText('71 % likely').waitFor()
    expect((await sam.call(`/v1/alerts/${sequence}/claim`, {})).status).toBe(200)
    await page.getByText('sam-okafor compares it now').waitFor()
    await row(page, sequence).getByText('Claimed').waitFor()
    await page.keyboard.press('x')
    await page.getByText('Somebody else has claimed it').first().waitFor()
    await raiseSightings(console.rig.admin, alert, 3)
    await row(page, sequence).getByText('×3').waitFor()
    expect((await sam.call(`/v1/alerts/${sequence}/release`, {})).status).toBe(200)
    await page.getByRole('button', { name: 'Claim', exact: true }).waitFor()

    await page.keyboard.press('x')
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Which plate do you see?').fill('88xr247')
    await dialog.getByRole('button', { name: 'One character was misread' }).click()
    await dialog.getByRole('button', { name: 'Reject the alert' }).click()
    await page.getByText('Rejected by you').first().waitFor()
    await expect.poll(() => dialog.count()).toBe(0)
    await page.locator('label', { hasText: 'Rejected 1' }).click()
    expect(await rows(page).count()).toBe(1)
  })

  it('says why somebody who typed another plate twice has to leave it to others', async () => {
    const { sequence } = await raise({ display: 'boat' })
    const { page } = await console.as('dana-reyes', { path: `/alerts/${sequence}` })
    await page.getByRole('button', { name: 'Claim', exact: true }).click()
    for (const typed of ['7KLM9O8', '7KLM908']) {
      await page.getByLabel('Which plate do you see?').fill(typed)
      await page.getByRole('button', { name: 'Verify' }).click()
      await page
        .getByText(typed === '7KLM9O8' ? 'one more try' : 'somebody else has to look at this')
        .waitFor()
    }
    await page.getByRole('button', { name: 'Claim', exact: true }).waitFor()
  })

  it('goes on without a gap after the connection was lost', async () => {
    const { page } = await console.as('dana-reyes')
    await live(page)
    const port = Number(new URL(console.rig.api.url).port)
    await console.rig.api.close()
    await page.getByText('Connection lost.').waitFor()
    await page.getByText('Nothing will be missed').waitFor()
    const missed = [await raise({ minutesAgo: 1 }), await raise({ display: 'rental', minutesAgo: 1 })]
    console.rig.api = await console.rig.startApi({ ...(await options()), port })
    await page.getByText('2 alerts came meanwhile, none missed').waitFor()
    for (const { sequence } of missed) await row(page, sequence).waitFor()
    await live(page)
  })

  it('tells of new alerts while another view is open', async () => {
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

  it('lets single keys be switched off, and a plate that is not covered be seen', async () => {
    const { page } = await console.as('sam-okafor')
    await rows(page).first().waitFor()
    await page.keyboard.press('?')
    await page.getByLabel('Cover plates until a person has compared').uncheck()
    await page.getByLabel('Use single keys as shortcuts').uncheck()
    await page.keyboard.press('Escape')
    await page
      .getByRole('option')
      .getByText('C T R')
      .or(page.getByText('H T R').first())
      .first()
      .waitFor({ state: 'attached' })
    await page.keyboard.press('j')
    await page.keyboard.press('?')
    expect(await page.getByRole('dialog').count()).toBe(0)
    expect(new URL(page.url()).pathname).toBe('/alerts')
    // The list's own keys stay.
    await page.getByRole('listbox').focus()
    await page.keyboard.press('ArrowDown')
    await page.getByRole('heading', { name: 'Alert for' }).waitFor()
  })

  it('tells oversight that the list is not live, and shows nothing of sources that were not granted (ACC-6)', async () => {
    const { page, complaints } = await console.as('iris-wong', { path: '/alerts' })
    await page.getByText('Not live').waitFor()
    // Nobody sees reads of sources that they were not granted (ACC-6), and her office alone grants none.
    await page.getByText('No alert yet').waitFor()
    await page.getByRole('button', { name: 'Load again' }).click()
    expect([await rows(page).count(), await page.getByRole('button', { name: 'Claim' }).count()]).toEqual([
      0, 0,
    ])
    await page.getByRole('link', { name: 'Precision' }).click()
    await page.getByRole('heading', { name: 'Precision of alerts' }).waitFor()
    await page.getByText('50 % right in 2 verdicts').waitFor()
    await page.locator('label', { hasText: 'By camera' }).click()
    await page.getByText('harbor-dr-1').waitFor()
    expect(complaints).toEqual([])
  })

  it('says why the list cannot be loaded, and loads it again', async () => {
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

  it.each(['dark', 'light'] as const)('has nothing that axe finds wrong, %s', async (theme) => {
    const { sequence } = await raise()
    const { page } = await console.as('dana-reyes', { path: `/alerts/${sequence}`, theme })
    await page.locator('[data-map=ready]').waitFor()
    const find = async (what: string) => expect([what, await axeFindings(page)]).toEqual([what, []])
    await find('to claim')
    await page.keyboard.press('c')
    await page.getByLabel('Which plate do you see?').waitFor()
    await find('claimed')
    await page.keyboard.press('Escape')
    await page.keyboard.press('x')
    await find('reject')
    await page.keyboard.press('Escape')
    await page.keyboard.press('z')
    await find('picture')
    await page.keyboard.press('Escape')
    await page.keyboard.press('?')
    await find('settings')
    await page.keyboard.press('Escape')
    await page.getByLabel('Which plate do you see?').fill('8BXR247')
    await page.keyboard.press('Enter')
    await page.getByText('Verified by you').first().waitFor()
    await find('verified')
    await page.keyboard.press('p')
    await page.getByLabel('To whom').waitFor()
    await find('pass on')
    await page.goto(`${console.rig.api.url}/alerts/precision`)
    await page.getByText('verdicts').first().waitFor()
    await find('precision')
  })
})

/** The rows of the list; a filter's choices are options as well. */
const rows = (page: Page) => page.getByRole('listbox').getByRole('option')

async function storedAt({ rig }: Console, sequence: number): Promise<number> {
  const manager = await jetstreamManager(rig.admin)
  const message = await manager.streams.getMessage(ALERTS, { seq: sequence })
  return message!.time.getTime()
}
