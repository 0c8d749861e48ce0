import type { Browser } from 'playwright-core'
import { freshContext } from './browser.ts'

export interface FirstView {
  /** From the navigation until the list of alerts is painted and the page responds again, milliseconds. */
  interactiveMs: number
  /** Of the scripts loaded until then, as transferred. */
  scriptBytes: number
}

/**
 * Runs in the page before its own scripts: done when the first row of the list was painted and a task after it ran. A text,
 * because this process has no document.
 */
const WATCH = `
  window.firstView = new Promise((done) => {
    const look = () => {
      if (document.querySelector('#alerts-list [role=option]')) setTimeout(() => done(figures()))
      else requestAnimationFrame(look)
    }
    const figures = () => {
      const scripts = performance.getEntriesByType('resource').filter(({ name }) => new URL(name).pathname.endsWith('.js'))
      return {
        interactiveMs: performance.now(),
        scriptBytes: scripts.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
      }
    }
    requestAnimationFrame(look)
  })`

/** Opens the console with an empty cache, as a signed-in analyst; at least one alert must exist. */
export async function measureFirstView(browser: Browser, url: string, cookie: string): Promise<FirstView> {
  const context = await freshContext(browser, url, cookie)
  try {
    const page = await context.newPage()
    await page.addInitScript(WATCH)
    await page.goto(`${url}/`)
    return await page.evaluate<FirstView>('firstView')
  } finally {
    await context.close()
  }
}
