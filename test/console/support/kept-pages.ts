import { chromium, type Page } from 'playwright-core'
import { CHROMIUM } from './chromium.ts'

/** Chromium as people have it: pages that one goes away from are kept for "back". The test driver has it switched off. */
export const launchKeeping = () =>
  chromium.launch({
    executablePath: CHROMIUM!,
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
    args: ['--no-sandbox'],
  })

/** Before the page's own scripts: counts how often the browser brought the page back as it was. */
export const COUNT_RETURNS =
  'window.returns = 0; addEventListener("pageshow", ({ persisted }) => { if (persisted) returns++ })'
export const returns = (page: Page) => page.evaluate<number>('window.returns')

/** Where there is none: the page has to follow by itself. */
export const NO_SHARED_WORKER = 'delete window.SharedWorker'

/** Milliseconds until a plain request of the page is answered; gives up after `patienceMs`. */
export const plainRequest = (page: Page, patienceMs = 20_000) =>
  page.evaluate<number>(
    `(async () => {
      const begun = performance.now()
      const { status } = await fetch('/live', { signal: AbortSignal.timeout(${patienceMs}) }).catch(() => ({}))
      return status === 200 ? performance.now() - begun : Infinity
    })()`,
  )
