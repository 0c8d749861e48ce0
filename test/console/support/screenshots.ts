import type { Page } from 'playwright-core'
import { fillAdministration } from './data-administration.ts'
import { fillAlerts } from './data-alerts.ts'
import { fillCases } from './data-cases.ts'
import { fillDisplays } from './data-displays.ts'
import { fillOversight, type Past } from './data-oversight.ts'
import { COMPANION, SUBJECT } from './data-search.ts'
import type { CastId, Console } from './open-console.ts'

/** A picture of a view for the documents. */
export interface Shot {
  /** Of the file. */
  name: string
  /** Who looks; nobody is signed on without. */
  person?: CastId
  path: string
  consent?: boolean
  /** Until it shows what it is to show. */
  ready(page: Page): Promise<unknown>
}

const map = (page: Page) => page.locator('[data-map=ready]').waitFor()
const heading = (name: string) => (page: Page) =>
  page.getByRole('heading', { name, exact: true }).first().waitFor()
const PURPOSE = 'Where the car was since the theft, to find the trailer.'

/** Has the review tools look. */
const look = async (page: Page) => {
  await page.getByLabel('Purpose of this review').fill(PURPOSE)
  await page.getByRole('button', { name: 'Run', exact: true }).click()
}

/** Fills a system with believable data, and says what is to be seen of it. */
export async function fillForShots(console: Console): Promise<Shot[]> {
  const displays = await fillDisplays(console)
  const cases = await fillCases(console)
  const { soon: trailer, month: boat, rejected: part, rental, cash } = displays
  const alerts = await fillAlerts(console, { trailer, boat, part, rental, cash })
  const dana = { person: 'dana-reyes' } as const
  const subject = cases.event.subjects.find(({ about }) => 'plate' in about)!
  const review = { ...dana, path: `/review/${cases.event.id}/${subject.id}` }
  return [
    {
      name: 'sign-on',
      path: `/#development=${console.rig.api.token}`,
      ready: (page) => page.getByRole('button', { name: 'Dana Reyes' }).waitFor(),
    },
    { ...dana, name: 'consent', path: '/', consent: false, ready: heading('Permissible uses') },
    {
      ...{ ...dana, name: 'alerts', path: `/alerts/${alerts.at(-1)}` },
      ready: async (page) => {
        await map(page)
        await page.keyboard.press('c')
        await page.getByLabel('What plate do you see?').waitFor()
      },
    },
    {
      ...dana,
      name: 'precision',
      path: '/alerts/precision',
      ready: (page) => page.getByText(/ right in \d+ decisions/).waitFor(),
    },
    {
      ...{ ...dana, name: 'search', path: '/search' },
      ready: async (page) => {
        await page.getByLabel('What are you looking for?').fill(SUBJECT)
        const own = page.getByRole('option', { name: cases.event.caseRef })
        await page.getByLabel('Case', { exact: true }).selectOption((await own.getAttribute('value'))!)
        await page.getByLabel('Purpose of this search').fill(PURPOSE)
        await page.getByRole('button', { name: 'Search', exact: true }).click()
        await map(page)
        await page.getByRole('button', { name: 'Show the image' }).click()
        await page.getByText('Simulated').waitFor()
      },
    },
    { ...review, name: 'review', ready: async (page) => look(page).then(() => map(page)) },
    {
      ...{ ...review, name: 'review-company' },
      ready: async (page) => {
        await look(page)
        await page.getByText('Travels with', { exact: true }).click()
        await page.getByText(COMPANION).first().click()
        await page.getByText('The last times both were seen').waitFor()
      },
    },
    { ...dana, name: 'displays', path: '/displays', ready: (page) => page.getByText('Only mine').waitFor() },
    {
      ...{ ...dana, name: 'display-new', path: '/displays/new?case=CASE-2041' },
      ready: async (page) => {
        await page.getByLabel('Plate or pattern').fill('8?XR2*')
        await page.getByRole('button', { name: 'Test on recent alerts' }).click()
        await page.getByText('would have matched').first().waitFor()
      },
    },
    { ...dana, name: 'display', path: `/displays/${displays.month.id}`, ready: map },
    {
      ...dana,
      name: 'cases',
      path: '/cases',
      ready: (page) => page.getByText(cases.workspace.title).waitFor(),
    },
    {
      ...{ ...dana, name: 'case', path: `/cases/${cases.workspace.id}/saved` },
      ready: async (page) => {
        await page.getByRole('row').nth(2).click()
        await page.getByRole('button', { name: 'Show the image' }).click()
        await page.getByText('Simulated').waitFor()
      },
    },
    {
      ...{ ...dana, name: 'product', path: `/cases/products/${cases.product.id}` },
      ready: (page) => page.getByText('The lots are not watched').first().waitFor(),
    },
  ]
}

/** The same of oversight, whose api begins in the quarter before. */
export async function fillForOversightShots(console: Console, past: Past): Promise<Shot[]> {
  await fillOversight(console, past)
  const iris = { person: 'iris-wong' } as const
  return [
    { ...iris, name: 'oversight', path: '/oversight', ready: heading('Due items') },
    {
      ...{ ...iris, name: 'oversight-review', path: '/oversight' },
      ready: async (page) => {
        const main = page.getByRole('main')
        const link = main.getByRole('link', { name: /^(Open it|Go on)/ }).first()
        const isNew = (await link.textContent())?.startsWith('Open') ?? false
        await link.click()
        if (isNew) {
          await page.getByRole('button', { name: 'Open the review of a quarter' }).click()
          await page.getByRole('button', { name: 'Draw the sample' }).click()
        }
        await page.getByText('Vague purpose').first().waitFor()
      },
    },
    {
      ...{ ...iris, name: 'oversight-displays', path: '/oversight/displays' },
      ready: (page) => page.getByText('Is it still relevant?').waitFor(),
    },
    {
      ...{ ...iris, name: 'oversight-chain', path: '/oversight/audit' },
      ready: (page) => page.getByText('Last record').waitFor(),
    },
    {
      ...{ ...iris, name: 'oversight-audit', path: '/oversight/audit' },
      ready: async (page) => {
        await page.getByLabel('Person', { exact: true }).fill('dana-reyes')
        await page.getByRole('button', { name: 'Search', exact: true }).click()
        await page.getByRole('row').nth(3).waitFor()
      },
    },
    {
      ...{ ...iris, name: 'oversight-misuse', path: '/oversight/misuse' },
      ready: (page) => page.getByText('What was seen').first().waitFor(),
    },
  ]
}

/** The same of administration. */
export async function fillForAdministrationShots(console: Console): Promise<Shot[]> {
  await fillAdministration(console)
  const tom = { person: 'tom-berg' } as const
  return [
    {
      ...{ person: 'mara-stein', name: 'administration', path: '/administration' },
      ready: (page) => page.getByText('waiting for the supervisor').waitFor(),
    },
    { ...tom, name: 'people', path: '/administration/people', ready: heading('People') },
    {
      ...{ ...tom, name: 'cameras', path: '/administration/cameras' },
      ready: async (page) => {
        await map(page)
        await page.getByText('i5-dairy-mart').first().click()
        await page.getByText('brightness', { exact: false }).first().waitFor()
      },
    },
  ]
}
