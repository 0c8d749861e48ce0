import type { Page } from 'playwright-core'

/**
 * Makes a page record when each row of the list is painted: detected before the browser draws a frame, timed by the first
 * task after it. A text, because this process has no document.
 */
const WATCH = `
  window.shown = {}
  {
    const known = new Set()
    const look = () => {
      const fresh = [...document.querySelectorAll('[data-sequence]')].map(({ dataset }) => dataset.sequence).filter((one) => !known.has(one))
      for (const one of fresh) known.add(one)
      if (fresh.length > 0) {
        const { port1, port2 } = new MessageChannel()
        port2.onmessage = () => { for (const one of fresh) shown[one] = Date.now() }
        port1.postMessage(null)
      }
      requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  }`

export const watchRows = (page: Page): Promise<void> => page.evaluate(WATCH)

/** When each alert's row was painted, by its sequence; milliseconds of this machine's clock. */
export async function paintedRows(page: Page): Promise<Map<number, number>> {
  const shown = await page.evaluate<Record<string, number>>('shown')
  return new Map(Object.entries(shown).map(([sequence, at]) => [Number(sequence), at]))
}
