import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { send } from '../api/federation/fake-vendor.ts'
import { axeInBothThemes } from './support/axe.ts'
import { cutAtAnySize } from './support/cut.ts'
import { COMPANION, fillSearch, type SearchData } from './support/data-search.ts'
import { type Console, HAS_CHROMIUM, openConsole } from './support/open-console.ts'

const PURPOSE = 'Where the car was since the theft, to find the trailer.'

/** In both themes, and as wide as a tablet is. */
async function check(page: Page): Promise<void> {
  expect(await axeInBothThemes(page)).toEqual([])
  expect(await cutAtAnySize(page)).toEqual([])
}

describe.skipIf(!HAS_CHROMIUM)('the review tools of a subject (QRY-10)', () => {
  let console: Console
  let data: SearchData
  beforeAll(async () => {
    console = await openConsole({ vendor: true })
    data = await fillSearch(console)
  })
  afterAll(() => console?.close())

  it('play movements, rank places, assess companions, link an address, find a clone, and say what permits it', async () => {
    const { page, complaints } = await console.as('dana-reyes', { path: '/review' })
    page.setDefaultTimeout(20_000)
    await page.getByRole('link', { name: '8 K T R 5 2 1' }).click()
    await page.getByText('Permitted by CASE-2026-17').waitFor()
    await check(page)
    await page.getByLabel('Purpose of this review').fill(PURPOSE)
    await page.getByRole('button', { name: 'Run', exact: true }).click()

    const scrub = page.getByRole('slider', { name: 'Time of the movements' })
    await page.locator('[data-map=ready]').waitFor()
    const shown = () => scrub.getAttribute('aria-valuetext')
    const first = await shown()
    await page.getByRole('button', { name: 'Next sighting' }).click()
    await expect.poll(shown).not.toBe(first)
    const second = await shown()
    await page.getByRole('button', { name: 'Play' }).click()
    await expect.poll(shown, { timeout: 30_000 }).not.toBe(second)
    await page.getByRole('button', { name: 'Pause' }).click()
    await check(page)

    const tool = (name: string) => page.getByRole('button', { name, exact: true }).click()
    await tool('Places')
    await page.getByRole('grid', { name: 'Places' }).waitFor()
    await check(page)
    await tool('Travels with')
    await page.getByText('unlikely by chance').first().click()
    await page.getByText('The last times both were seen').waitFor()
    await page.getByRole('button', { name: 'Add this plate to the case …' }).click()
    await page.getByRole('dialog').getByText(`Plate ${COMPANION}`).waitFor()
    await check(page)
    await page.keyboard.press('Escape')
    await tool('Address')
    await page.getByRole('button', { name: 'Check address' }).click()
    await page.getByText(/It stayed \d+ times/).waitFor()
    await check(page)
    await tool('Impossible travel')
    await page.getByText('Possibly misread').or(page.getByText('Several vehicles carry')).waitFor()
    await page.getByRole('grid', { name: 'Pairs of sightings' }).waitFor()
    await check(page)
    expect(new URL(page.url()).pathname).toBe(`/review/${data.one.id}/${data.subjectId}`)
    expect(complaints).toEqual([])
  })

  it('are as readable by day, and say what to do about a subject that is no longer named', async () => {
    const { page } = await console.as('dana-reyes', { path: '/review', theme: 'light' })
    await page.getByText('The review tools work on one plate').waitFor()
    await check(page)
    await page.goto(`${console.rig.api.url}/review/${data.one.id}/nothing`)
    await page.getByText('no longer lists this subject').waitFor()
    await page.goto(`${console.rig.api.url}/review/${data.one.id}/${data.subjectId}`)
    await page.getByLabel('Purpose of this review').fill(PURPOSE)
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    await page.locator('[data-map=ready]').waitFor()
    await check(page)
  })
})

// A console of its own: what was complete before would be answered from the cache.
describe.skipIf(!HAS_CHROMIUM)('the review tools when a vendor does not answer', () => {
  let console: Console
  let data: SearchData
  beforeAll(async () => {
    console = await openConsole({ vendor: true })
    data = await fillSearch(console)
  })
  afterAll(() => console?.close())

  it('never say that nothing was found, and show nothing of another question', async () => {
    console.vendor.behave((_, response) => send(response, { code: 'INTERNAL', message: 'broken' }, 500))
    const path = `/review/${data.one.id}/${data.subjectId}`
    const { page } = await console.as('dana-reyes', { path })
    page.setDefaultTimeout(20_000)
    await page.getByLabel('Purpose of this review').fill('Whether the car came back since the theft.')
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    for (const tool of ['Movements', 'Places', 'Travels with', 'Address', 'Impossible travel']) {
      await page.getByRole('button', { name: tool, exact: true }).click()
      if (tool === 'Address') await page.getByRole('button', { name: 'Check address' }).click()
      await page.getByText('lot-watch did not answer: this result is incomplete.').first().waitFor()
      const text = await page.locator('main').textContent()
      expect([tool, text]).not.toEqual([
        tool,
        expect.stringMatching(/not seen|never seen|nobody travels|explains every|0 rows|nothing/i),
      ])
    }
    await page.getByRole('combobox', { name: 'When' }).selectOption('From … to …')
    expect(await page.getByText('incomplete').count()).toBe(0)
  })
})
