import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import type { BrowserKind } from './chromium.ts'
import { alertsApi, type Raised, raiseAlert, storeDisplays } from './data-alerts.ts'
import { type Console, openConsole, type Tab } from './open-console.ts'

/** What is not there after this time does not come: the message then says what it was. */
export const PATIENCE_MS = 30_000

export interface AlertsConsole extends Console {
  /** Raises an alert as the matcher does; of the display `trailer` unless told otherwise. */
  raise(more?: Partial<Raised>): ReturnType<typeof raiseAlert>
  /** Has all pages lose their connection, and gives it back. @param meanwhile what happens until then */
  loseConnection(page: Page, meanwhile: () => Promise<unknown>): Promise<void>
}

/** The console with the displays of data-alerts.ts, and recipients to pass alerts on to. */
export async function openAlerts(browser?: BrowserKind): Promise<AlertsConsole> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-alerts-'))
  const options = await alertsApi(folder)
  const console = await openConsole({ api: options, ...(browser && { browser }) })
  await storeDisplays(console.rig.admin)
  const { as, close } = console
  return Object.assign(console, {
    loseConnection: async (page: Page, meanwhile: () => Promise<unknown>) => {
      const { rig, folder } = console
      const port = Number(new URL(rig.api.url).port)
      await rig.api.close()
      await page.getByText('Connection lost.').waitFor()
      await meanwhile()
      rig.api = await rig.startApi({ ...options, consoleFolder: folder, port })
    },
    raise: (more: Partial<Raised> = {}) => raiseAlert(console.rig.admin, { display: 'trailer', ...more }),
    as: async (...args: Parameters<Console['as']>): Promise<Tab> => {
      const tab = await as(...args)
      tab.page.setDefaultTimeout(PATIENCE_MS)
      return tab
    },
    close: async () => {
      await close()
      await rm(folder, { recursive: true, force: true })
    },
  })
}

/** The rows of the list; a filter's choices are options as well. */
export const rows = (page: Page): Locator => page.getByRole('listbox').getByRole('option')
export const row = (page: Page, sequence: number): Locator => page.locator(`[data-sequence="${sequence}"]`)

/** Until the list is what happens now. */
export const live = (page: Page): Promise<void> => page.getByText('Live', { exact: true }).waitFor()
