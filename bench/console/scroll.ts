import type { Page } from 'playwright-core'

export interface Scrolled {
  /** Rows in the list at the end. */
  rows: number
  /** Longest task of the page meanwhile, milliseconds; 0 if none took 50, the minimum that a browser reports. */
  longTaskMs: number
  /** Pictures drawn. */
  frames: number
}

/** Scrolls the list of alerts to its end, page by page, as fast as it is drawn. */
export const scrollToEnd = (page: Page): Promise<Scrolled> =>
  page.evaluate<Scrolled>(`(async () => {
    let longTaskMs = 0
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) longTaskMs = Math.max(longTaskMs, duration)
    }).observe({ type: 'longtask' })
    const scroller = document.querySelector('.alerts-scroll')
    const isOver = () =>
      scroller.textContent.includes('No older alerts are kept') &&
      scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 5
    let frames = 0
    for (; frames < 5000 && !isOver(); frames++) {
      scroller.scrollTop += 1500
      await new Promise(requestAnimationFrame)
    }
    // The cost of the last frames is reported a little later.
    await new Promise((go) => setTimeout(go, 200))
    return { rows: Number(document.querySelector('[role=option]').ariaSetSize), longTaskMs, frames }
  })()`)
