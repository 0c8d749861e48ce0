import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bodyOf } from '../api/harness.ts'
import { codeAt, PASSWORD } from '../api/people/support.ts'
import { type Console, HAS_CHROMIUM, openConsole } from './support/open-console.ts'

const MINUTE = 60_000

describe.skipIf(!HAS_CHROMIUM)('signing on to the console', () => {
  let console: Console
  beforeAll(async () => {
    console = await openConsole()
  })
  afterAll(() => console?.close())

  it('takes the first administrator from their link through the splash screen to the console (ACC-5, ACC-7)', async () => {
    const link = new URL(console.rig.api.firstAdministrator!)
    const { page, complaints } = await console.open({ path: link.pathname + link.hash })
    const secret = (await page.locator('.sign-on-secret').textContent())!.replaceAll(' ', '')
    await page.getByRole('img', { name: 'authenticator' }).waitFor()
    expect(new URL(page.url()).hash).toBe('')
    await page.getByLabel('Your name', { exact: true }).fill('Ada Admin')
    await page.getByLabel('e-mail').fill('ada@agency.example')
    await page.getByLabel('New password').fill('too short')
    await page.getByLabel('Current code in the app').fill(codeAt(secret, Date.now()))
    await page.getByRole('button', { name: 'Set up' }).click()
    expect(await page.locator('input:invalid').count()).toBe(1)
    await page.getByLabel('New password').fill('sightline-sightline')
    await page.getByRole('button', { name: 'Set up' }).click()
    await page.getByRole('alert').getByText('too close to your name').waitFor()
    await page.getByLabel('New password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Set up' }).click()

    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await page.getByLabel('Username').fill('administrator')
    await page.getByLabel('Password').fill('wrong wrong wrong')
    await page.getByLabel('Code').fill('000000')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').getByText('The name, the password or the code is wrong').waitFor()
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByLabel('Code').fill(codeAt(secret, Date.now() + MINUTE / 2))
    await page.getByRole('button', { name: 'Sign in' }).click()

    await page.getByRole('heading', { name: 'Permissible uses' }).waitFor()
    await page.getByText('A read is a lead, not a fact').waitFor()
    expect(await page.getByRole('navigation').count()).toBe(0)
    await page.getByRole('button', { name: 'I consent' }).click()
    await page.getByRole('navigation').getByText('Administration').waitFor()
    expect(await page.getByRole('navigation').getByText('Alerts').count()).toBe(0)
    expect(complaints).toEqual([])
  })

  it('lets a person with the development token choose from the cast', async () => {
    const { page } = await console.open({ path: `/#development=${console.rig.api.token}` })
    await page.getByRole('button', { name: 'Dana Reyes' }).click()
    await page.getByRole('button', { name: 'I consent' }).click()
    await page.getByRole('navigation').getByText('Search').waitFor()
    expect(page.url()).toBe(`${console.rig.api.url}/alerts`)
  })

  it('signs off a person who refuses the permissible uses, and says why (ACC-5)', async () => {
    const { page, call, complaints } = await console.as('dana-reyes', { consent: false })
    await page.getByRole('button', { name: 'I decline' }).click()
    await page.getByText('You must accept the permissible uses before you can see anything').waitFor()
    expect((await call('/v1/session')).status).toBe(401)
    await page.getByLabel('Password').waitFor()
    expect(complaints).toEqual([])
  })

  it('says that a session was ended elsewhere, and returns to the same page', async () => {
    const path = `/displays#development=${console.rig.api.token}`
    const { page, complaints } = await console.as('sam-okafor', { path })
    await page.getByRole('heading', { name: 'Watchlist' }).waitFor()
    expect(page.url()).toBe(`${console.rig.api.url}/displays`)
    const elsewhere = await console.session('sam-okafor')
    expect((await elsewhere.call('/v1/sign-off', { everywhere: true })).status).toBe(204)
    await page.getByRole('button', { name: 'Account of Sam Okafor' }).click()
    await page.getByRole('button', { name: 'My access' }).click()
    await page.getByText('the session was ended elsewhere').waitFor()
    expect(await page.getByRole('navigation').count()).toBe(0)

    await page.getByRole('button', { name: 'Sam Okafor' }).click()
    await page.getByRole('button', { name: 'I consent' }).click()
    await page.getByRole('heading', { name: 'My access' }).waitFor()
    expect(page.url()).toBe(`${console.rig.api.url}/my-access`)
    expect(complaints).toEqual([])
  })

  it('says which rule keeps a deep link closed, and what to do next', async () => {
    const { page } = await console.as('tom-berg', { path: '/alerts' })
    await page
      .getByText('Analysts, supervisors and oversight see alerts from sources granted to them.')
      .waitFor()
    await page.getByText('Request access.').waitFor()
    await page.getByRole('main').getByRole('link', { name: 'My access' }).click()
    await page.getByRole('heading', { name: 'Current status' }).waitFor()
  })

  it('requests access, and withdraws the request (ACC-1)', async () => {
    const { page, call } = await console.as('lee-novak', { path: '/my-access' })
    await page.getByLabel('Why you need it').fill('To follow the displays of my people on their days off.')
    await page.getByRole('button', { name: 'Submit request', exact: true }).click()
    expect(await page.locator('input:invalid').count()).toBe(1)
    await page.getByLabel('The agency’s own cameras').check()
    await page.getByRole('button', { name: 'Submit request', exact: true }).click()
    await page.getByText('Waiting for your supervisor').waitFor()
    await page.getByRole('button', { name: 'Withdraw' }).click()
    await page.getByRole('dialog').getByLabel('Reason').fill('They work on every day of the week now.')
    await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click()
    await page.getByText('The request is withdrawn.').waitFor()
    const { requests } = await bodyOf<{ requests: { state: string }[] }>(call('/v1/access/me'))
    expect(requests.map(({ state }) => state)).toEqual(['withdrawn'])
  })

  describe('a tab of the tests', () => {
    const KEPT = '[localStorage.left ?? null, sessionStorage.left ?? null, innerWidth]'
    let before: Page
    it('may be left in any state', async () => {
      before = (await console.as('dana-reyes', { path: '/my-access' })).page
      await before.evaluate("localStorage.left = 'a'; sessionStorage.left = 'b'")
      await before.setViewportSize({ width: 800, height: 600 })
      await before.route('**/v1/session', (route) => route.abort())
      before.on('request', () => {
        throw new Error('a listener is left')
      })
    })
    it('is as new for the next one', async () => {
      const path = `/#development=${console.rig.api.token}`
      const { page, context, complaints } = await console.open({ path })
      expect(page).toBe(before)
      await page.getByRole('button', { name: 'Dana Reyes' }).waitFor()
      expect(await page.evaluate(KEPT)).toEqual([null, null, 1280])
      expect(await context.cookies()).toEqual([])
      expect(complaints).toEqual([])
    })
  })
})
