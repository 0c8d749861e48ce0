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

/** Of tablets, in pixels. */
const TABLETS = [
  { width: 1024, height: 768 },
  { width: 768, height: 1024 },
]
const CUT = `[document.documentElement, ...document.querySelectorAll('.simple-table, .table, .card, dialog[open]')]
  .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
  .map(({ tagName, className }) => tagName + ' ' + className)`

/** On tablets nothing is wider than its place: neither the page, nor what is in a table, a card or a dialog. */
export async function checkTablets(page: Page, name: string): Promise<void> {
  const before = page.viewportSize()!
  for (const size of TABLETS) {
    await page.setViewportSize(size)
    // What depends on the width is rendered a moment later.
    await expect
      .poll(async () => [name, size.width, await page.evaluate(CUT)])
      .toEqual([name, size.width, []])
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}-${size.width}.png` })
  }
  await page.setViewportSize(before)
}

/** A view as it stands: at a desk in both themes, and on tablets. */
export async function checkView(page: Page, name: string): Promise<void> {
  await checkLook(page, name)
  await checkTablets(page, name)
}

const FAILED = {
  ...{ type: 'about:blank', status: 422, code: 'RULE_BROKEN', title: 'Not possible' },
  ...{ detail: 'this cannot be shown now', hint: 'Try again in a moment.', instance: '/' },
}
/** What the frame asks for, whichever view it shows. */
const OF_FRAME = /\/v1\/(session|consent|colleagues|alerts)/

/** A view while its answers are under way, and when they fail. */
export async function checkStates(page: Page, address: string, name: string): Promise<void> {
  let answer = () => {}
  const waiting = new Promise<void>((done) => {
    answer = done
  })
  const isOfView = ({ pathname }: URL) => pathname.startsWith('/v1/') && !OF_FRAME.test(pathname)
  await page.route(isOfView, async (route) => {
    await waiting
    const body = JSON.stringify(FAILED)
    await route.fulfill({ status: FAILED.status, contentType: 'application/problem+json', body })
  })
  await page.goto(address)
  await page.locator('.loading .loading-bar').first().waitFor()
  await page.getByRole('heading', { level: 1 }).waitFor()
  await checkLook(page, `${name}-loading`)
  answer()
  await page.getByText('This cannot be shown now.').first().waitFor()
  await checkLook(page, `${name}-failed`)
  await page.unroute(isOfView)
}
