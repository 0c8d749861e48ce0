import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { axeFindings } from './axe.ts'

/** Folder for pictures of what was checked; none without it. */
const SHOTS = process.env.SIGHTLINE_SHOTS

/** What stands in a page is to have nothing that axe finds, in either theme, nor anything cut at its sides. */
export async function checkLook(page: Page, name: string): Promise<void> {
  const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
  expect([name, await page.evaluate(overflow)]).toEqual([name, 0])
  for (const theme of ['dark', 'light']) {
    await page.evaluate(`document.documentElement.dataset.theme = '${theme}'`)
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}-${theme}.png` })
    expect([name, theme, await axeFindings(page)]).toEqual([name, theme, []])
  }
}
