import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ApiOptions } from '@sightline/api/main'
import type { Browser } from 'playwright-core'
import { type FakeVendor, fakeVendor } from '../../api/federation/fake-vendor.ts'
import { type Rig, startRig } from '../../api/harness.ts'
import { temporaryFolder } from '../../support/broker.ts'
import { type BrowserKind, buildConsole, closeTabs, consoleWithSmallMap, ourChromium } from './chromium.ts'
import { type Tabs, tabsOf } from './tabs.ts'

export { HAS_CHROMIUM } from './chromium.ts'
export type { CastId, Tab, TabOptions } from './tabs.ts'

/** Id of the vendor. */
export const VENDOR = 'lot-watch'
/** Of the vendor: a busy machine is to keep it. */
const VENDOR_DEADLINE_MS = 5000

export interface ConsoleOptions {
  /** Of the api. */
  api?: Partial<ApiOptions>
  /** A vendor that answers as the test says (`console.vendor.behave(…)`); analysts of the cast are granted it. */
  vendor?: boolean
  /** The map with all counties of the United States; without, those of California. */
  wholeMap?: boolean
  /** Default: `lean`. */
  browser?: BrowserKind
}

export interface Console extends Tabs {
  rig: Rig
  browser: Browser
  /** Where it is built. */
  folder: string
  /** @throws when it was opened without */
  vendor: FakeVendor
  close(): Promise<void>
}

/**
 * The console as it is built now (built again when a source changed), served by a real api with the made-up cast on a real
 * broker, in Debian's Chromium. About two seconds:
 *
 *     let console: Console
 *     beforeAll(async () => { console = await openConsole() })
 *     afterAll(() => console.close())
 *     const { page, complaints } = await console.as('dana-reyes', { path: '/displays' })
 */
export async function openConsole(options: ConsoleOptions = {}): Promise<Console> {
  const consoleFolder = options.wholeMap ? buildConsole() : consoleWithSmallMap()
  const folder = await temporaryFolder()
  const vendor = options.vendor ? await fakeVendor(VENDOR, folder.path, VENDOR_DEADLINE_MS) : undefined
  const vendorsFile = vendor && join(folder.path, 'vendors.json')
  if (vendorsFile) await writeFile(vendorsFile, JSON.stringify({ vendors: [vendor.config] }))
  const [rig, browser] = await Promise.all([
    startRig({ triesPerMinute: 10_000, consoleFolder, vendorsFile, ...options.api }),
    ourChromium(options.browser),
  ])

  return {
    rig,
    browser,
    folder: consoleFolder,
    get vendor() {
      if (!vendor) throw new Error('this console was opened without a vendor: openConsole({ vendor: true })')
      return vendor
    },
    ...tabsOf(browser, () => rig.api),
    close: async () => {
      await closeTabs(browser)
      await rig.close()
      await vendor?.close()
      await folder.remove()
    },
  }
}
