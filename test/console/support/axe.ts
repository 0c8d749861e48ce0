import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Result {
  id: string
  help: string
  nodes: { target: unknown; failureSummary?: string }[]
}

/** The rules that look at colors. A theme changes nothing but colors (`console/styles/tokens.css`). */
const OF_COLORS = ['color-contrast', 'link-in-text-block']

/**
 * What axe finds wrong with a page as it stands (WCAG 2.2 A and AA, and axe's own good practice): rule, where, why. Has
 * to be empty.
 * @param within a selector, to look at a part alone
 * @param only these rules; all of them without
 */
async function axeFindings(page: Page, within?: string, only?: readonly string[]): Promise<string[]> {
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(source)
  const options = { resultTypes: ['violations'], ...(only && { runOnly: only }) }
  const violations = (await page.evaluate(
    `axe.run(${JSON.stringify(within ?? null)} ?? document, ${JSON.stringify(options)}).then(({ violations }) => violations)`,
  )) as Result[]
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help}: ${JSON.stringify(target)}: ${failureSummary}`),
  )
}

/**
 * The same in both themes, without loading the page again: all rules in the one it has, those of colors in the other, which it
 * then keeps.
 * @param look at the page in each theme, first
 */
export async function axeInBothThemes(
  page: Page,
  within?: string,
  look: (theme: string) => Promise<unknown> = async () => {},
): Promise<string[]> {
  const found: string[] = []
  const isDark = await page.evaluate<boolean>('document.documentElement.dataset.theme === "dark"')
  const themes = isDark ? ['dark', 'light'] : ['light', 'dark']
  for (const theme of themes) {
    await page.evaluate(`document.documentElement.dataset.theme = '${theme}'`)
    await look(theme)
    const findings = await axeFindings(page, within, theme === themes[0] ? undefined : OF_COLORS)
    found.push(...findings.map((finding) => `${theme}: ${finding}`))
  }
  return found
}
