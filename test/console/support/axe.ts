import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Result {
  id: string
  help: string
  nodes: { target: unknown; failureSummary?: string }[]
}

/**
 * What axe finds wrong with a page as it stands (WCAG 2.2 A and AA, and axe's own good practice): rule, where, why. Has
 * to be empty. @param within a selector, to look at a part alone
 */
export async function axeFindings(page: Page, within?: string): Promise<string[]> {
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(source)
  const violations = (await page.evaluate(
    `axe.run(${JSON.stringify(within ?? null)} ?? document, { resultTypes: ['violations'] }).then(({ violations }) => violations)`,
  )) as Result[]
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help}: ${JSON.stringify(target)}: ${failureSummary}`),
  )
}

/** The same in both themes, without loading the page again. */
export async function axeInBothThemes(page: Page, within?: string): Promise<string[]> {
  const found: string[] = []
  for (const theme of ['light', 'dark']) {
    await page.evaluate(`document.documentElement.dataset.theme = '${theme}'`)
    found.push(...(await axeFindings(page, within)).map((finding) => `${theme}: ${finding}`))
  }
  return found
}
