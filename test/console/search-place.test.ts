import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axeInBothThemes } from './support/axe.ts'
import { cutAtAnySize } from './support/cut.ts'
import { fillSearch, type SearchData } from './support/data-search.ts'
import { type Console, HAS_CHROMIUM, openConsole } from './support/open-console.ts'

const PURPOSE = 'Where the car was since the theft, to find the trailer.'
const REASON = 'It passed the lot in the hour of the theft, with the trailer.'

const box = (page: Page) => page.getByLabel('What are you looking for?')
const table = (page: Page) => page.getByRole('grid', { name: 'Reads found' })
const search = (page: Page) => page.getByRole('button', { name: 'Search', exact: true }).click()

async function openDialog(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'Place on the map …' }).click()
  const dialog = page.getByRole('dialog', { name: 'Place to search' })
  await dialog.locator('[data-map=ready]').waitFor()
  return dialog
}

async function choose(page: Page): Promise<void> {
  const own = page.getByRole('option', { name: 'CASE-2026-17' })
  await page.getByLabel('Case', { exact: true }).selectOption((await own.getAttribute('value'))!)
  await page.getByLabel('Purpose of this search').fill(PURPOSE)
}

describe.skipIf(!HAS_CHROMIUM)('searching by a place on the map (QRY-2, QRY-6)', () => {
  let console: Console
  let data: SearchData
  beforeAll(async () => {
    console = await openConsole({ vendor: true })
    data = await fillSearch(console)
  })
  afterAll(() => console?.close())

  it('accepts corners by pointer, each to be moved or removed; says why they are no area yet', async () => {
    const { page, complaints } = await console.as('dana-reyes', { path: '/search' })
    await box(page).fill('white Toyota Camry last week')
    const dialog = await openDialog(page)
    const take = dialog.getByRole('button', { name: 'Search here' })
    expect(await axeInBothThemes(page)).toEqual([])
    await dialog.getByLabel('Show on the map').selectOption('San Ysidro, California')
    await dialog.getByText('Polygon').click()
    const canvas = dialog.locator('canvas')
    const corners = dialog.getByRole('listitem')
    const clicks = [
      { x: 150, y: 100 },
      { x: 320, y: 260 },
      { x: 300, y: 110 },
      { x: 160, y: 270 },
    ]
    for (const [n, position] of clicks.entries()) {
      await canvas.click({ position })
      await expect.poll(() => corners.count()).toBe(n + 1)
    }
    await dialog.getByText('The edges of the area cross').waitFor()
    expect(await take.isDisabled()).toBe(true)
    expect(await axeInBothThemes(page)).toEqual([])
    expect(await cutAtAnySize(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Remove corner 4' }).click()
    await dialog.getByText('3 corners').waitFor()
    await dialog.getByRole('textbox', { name: 'Corner 2' }).fill('32.5412, -117.0161')
    await take.click()
    await expect
      .poll(() => box(page).inputValue())
      .toMatch(/^white Toyota Camry last week inside 32\..*; 32\.54120, -117\.01610; 32\./)
    await page.getByText(/^area of 3 corners around 32\./).waitFor()

    await page.getByRole('button', { name: 'Change …' }).click()
    await dialog.getByText('Around a point').click()
    await dialog.locator('[data-map=ready]').waitFor()
    await canvas.click({ position: { x: 200, y: 200 } })
    await dialog.getByLabel('Radius (meters)').fill('800')
    await take.click()
    await expect
      .poll(() => box(page).inputValue())
      .toMatch(/^white Toyota Camry last week within 800 m of 32\./)
    expect(complaints).toEqual([])
  })

  it('works by keyboard alone, from the box to the reads; says how to go on when the case does not name the place', async () => {
    const { page } = await console.as('dana-reyes', { path: '/search', theme: 'light' })
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key)
    }
    const focused = () =>
      page.evaluate<string>('(document.activeElement.labels?.[0] ?? document.activeElement).textContent')
    await box(page).focus()
    for (let n = 0; (await focused()) !== 'Place on the map …'; n++) {
      expect(n).toBeLessThan(9)
      await press('Tab')
    }
    await press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Place to search' })
    await dialog.locator('[data-map=ready]').waitFor()
    const canvas = dialog.locator('canvas')
    await canvas.focus()
    await press('Enter')
    const point = dialog.getByRole('textbox', { name: 'Point' })
    // The middle of the country, until something else is typed.
    await expect.poll(() => point.inputValue()).toMatch(/^3\d\.\d{5}, -9\d\.\d{5}$/)
    await dialog.getByRole('radio', { name: 'Around a point' }).focus()
    await press('ArrowRight')
    await dialog.getByLabel('Another corner').focus()
    const { lat, lon } = data.at
    for (const [north, east] of [
      [-1, -1],
      [-1, 1],
      [1, 1],
      [1, -1],
    ]) {
      await page.keyboard.type(`${(lat + north! * 0.004).toFixed(5)} ${(lon + east! * 0.004).toFixed(5)}`)
      await press('Enter')
    }
    await dialog.getByText('4 corners').waitFor()
    await press('Tab', 'Tab', 'Tab', 'Enter')
    await dialog.waitFor({ state: 'detached' })
    expect(await focused()).toContain('What are you looking for?')
    expect(await box(page).inputValue()).toMatch(/^inside (-?\d+\.\d{5}, -?\d+\.\d{5}(; )?){4}$/)

    await choose(page)
    await search(page)
    await page.getByText('The case names neither this place nor this vehicle').waitFor()
    expect(await axeInBothThemes(page)).toEqual([])
    await page.getByRole('button', { name: 'Add to case …' }).click()
    await page.getByRole('dialog').getByText('Place: area of 4 corners').waitFor()
    await page.getByRole('dialog').getByLabel('Connection to the case').fill(REASON)
    await page.getByRole('dialog').getByRole('button', { name: 'Add to case' }).click()
    await page.getByText('Added to the case.').waitFor()
    // What was refused is asked again by itself.
    await table(page).waitFor()
    expect(await page.getByText('The case names neither').count()).toBe(0)
    expect(await focused()).toContain('What are you looking for?')
    await page.locator('[data-map=ready]').waitFor()
    const asked = console.vendor.asked.at(-1)!
    expect(asked.area).toMatchObject({ polygon: { length: 4 } })
    expect(await page.getByRole('row', { name: /( [0-9A-Z]){5}/ }).count()).toBeGreaterThan(0)
    expect(await cutAtAnySize(page)).toEqual([])
    await page.getByRole('button', { name: 'Change', exact: true }).click()
    expect(await cutAtAnySize(page)).toEqual([])
  })

  it('shows how it understood the text, and lets people correct it (QRY-6)', async () => {
    const { page } = await console.as('dana-reyes', { path: '/search' })
    const chips = page.getByRole('group', { name: 'Interpreted as' })
    await box(page).fill('CA 8KTR5* white camry near 1 Harbor Drive last week, 4 door')
    expect(await chips.getByLabel('Plate', { exact: true }).inputValue()).toBe('8KTR5*')
    expect(await chips.getByRole('combobox', { name: 'State' }).inputValue()).toBe('us-ca')
    expect(await chips.getByRole('textbox', { name: 'Model' }).inputValue()).toBe('Camry')
    await box(page).fill('TX 8KTR5* white camry 4 door near 1 Harbor Drive last week')
    await page.getByText('Part of this wasn’t understood').waitFor()
    expect(await axeInBothThemes(page)).toEqual([])
    expect(await cutAtAnySize(page)).toEqual([])
    await chips.getByRole('button', { name: 'Remove Not understood' }).click()
    await chips.getByRole('combobox', { name: 'State' }).selectOption('us-ca')
    await chips.getByRole('textbox', { name: 'Near' }).fill(data.address)
    await chips.getByRole('combobox', { name: 'Within' }).selectOption('500')
    expect(await box(page).inputValue()).toBe(
      `us-ca white Camry 8KTR5* last week within 500 m of ${data.address}`,
    )
    expect(await page.getByLabel('From … to …').isChecked()).toBe(true)
    await chips.getByRole('button', { name: 'Remove When' }).click()
    expect(await page.getByLabel('Last 30 days').isChecked()).toBe(true)
    await choose(page)
    await search(page)
    await table(page).waitFor()
    expect(console.vendor.asked.at(-1)).toMatchObject({ pattern: '8KTR5*', region: 'us-ca' })
    // Behind the window of a search without a whole plate no more is asked for than may be.
    const days = /Older: (.*) – (.*)/.exec(
      (await page.getByRole('button', { name: 'Older:' }).textContent())!,
    )!
    expect((Date.parse(days[2]!) - Date.parse(days[1]!)) / 86_400_000).toBe(30)
    await box(page).fill('8KTR5* near 1 Harbor Drive from 1 Sep to 24 Oct')
    await page.getByText('a search covers at most 31 days').waitFor()
  })
})
