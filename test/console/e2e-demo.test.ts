import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HAS_CHROMIUM } from './support/chromium.ts'
import { startWholeSystem, type WholeSystem } from './support/whole-system.ts'

describe.skipIf(!HAS_CHROMIUM)('the console in front of the whole system', () => {
  let system: WholeSystem
  beforeAll(async () => {
    system = await startWholeSystem()
  }, 90_000)
  afterAll(() => system?.close())

  it('takes an analyst from the link that the demo prints to a verified alert of a rendered frame (ACC-5, DSP-7)', async () => {
    const { demo, alerts, regulars } = system
    const { page, complaints, call } = await system.open({
      path: demo.addresses.console.replace(demo.addresses.api, ''),
    })
    await page.getByRole('button', { name: 'Dana Reyes' }).click()
    await page.getByText('A read is a lead, not a fact').waitFor()
    await page.getByRole('button', { name: 'I consent' }).click()
    await page.getByText('Live', { exact: true }).waitFor()
    expect(new URL(page.url()).hash).toBe('')

    const fromEdge = () => alerts.find(({ read }) => read.source === 'edge')
    await expect.poll(fromEdge, { timeout: 90_000, interval: 200 }).toBeDefined()
    const { id, display } = fromEdge()!
    const { alerts: listed } = (await (await call('/v1/alerts?limit=100')).json()) as {
      alerts: { sequence: number; alert: { id: string } }[]
    }
    const { sequence } = listed.find(({ alert }) => alert.id === id)!
    await page.locator(`[data-sequence="${sequence}"]`).click()
    await page.getByRole('heading', { name: `Alert for ${display.caseRef}` }).waitFor()
    await page.keyboard.press('c')
    // What is on the plate: the simulation drives those on display.
    expect(regulars).toContain(display.plate)
    await page.getByLabel('Which plate do you see?').fill(display.plate)
    await page.keyboard.press('Enter')
    await page.getByText('Verified by you').first().waitFor()
    expect(complaints).toEqual([])
  }, 120_000)
})
