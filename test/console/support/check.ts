import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { axeInBothThemes } from './axe.ts'
import { cutAtAnySize } from './cut.ts'
import { visit } from './tabs.ts'

/** Folder for pictures of what was checked; none without it. */
const SHOTS = process.env.SIGHTLINE_SHOTS

/** What stands in a page is to have nothing that axe finds, in either theme, nor anything cut at its sides. */
export async function checkLook(page: Page, name: string): Promise<void> {
  const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
  expect([name, await page.evaluate(overflow)]).toEqual([name, 0])
  const shoot = async (theme: string) => {
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}-${theme}.png` })
  }
  expect([name, await axeInBothThemes(page, undefined, shoot)]).toEqual([name, []])
}

/** On a desk and on tablets nothing is cut at its side. */
export async function checkTablets(page: Page, name: string): Promise<void> {
  // What depends on the width is rendered a moment later.
  await expect.poll(async () => [name, await cutAtAnySize(page)], { timeout: 30_000 }).toEqual([name, []])
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

/** A view while its answers are under way, and when they fail. @param path of the console, where the page has not been */
export async function checkStates(page: Page, path: string, name: string): Promise<void> {
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
  await visit(page, path)
  await page.locator('.loading .loading-bar').first().waitFor()
  await page.getByRole('heading', { level: 1 }).waitFor()
  await checkLook(page, `${name}-loading`)
  answer()
  await page.getByText('This cannot be shown now.').first().waitFor()
  await checkLook(page, `${name}-failed`)
  await page.unroute(isOfView)
}
