import { writeSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { alertsApi } from './support/data-alerts.ts'
import { quarterBefore } from './support/data-oversight.ts'
import { frameToAlert } from './support/frame-to-alert.ts'
import { type Console, type ConsoleOptions, HAS_CHROMIUM, openConsole } from './support/open-console.ts'
import {
  fillForAdministrationShots,
  fillForOversightShots,
  fillForShots,
  type Shot,
} from './support/screenshots.ts'

/** Where to; set by `./sightline docs --console`. */
const FOLDER = process.env.SIGHTLINE_SCREENSHOTS
/** Of the window, e.g. `1280x720`; set by the same. */
const [width = 1280, height = 720] = process.env.SIGHTLINE_SCREENSHOTS_SIZE?.split('x').map(Number) ?? []
/** Of a picture: the repository is to stay small. */
const MOST_BYTES = 150_000
const PATIENCE_MS = 30_000

describe.skipIf(!FOLDER || !HAS_CHROMIUM)('screenshots of the console', () => {
  it('are taken of what analysts see', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sightline-shots-'))
    const options = { vendor: true, api: await alertsApi(folder) }
    await drawAll(options, fillForShots).finally(() => rm(folder, { recursive: true, force: true }))
  }, 300_000)

  it('are taken of what oversight sees', async () => {
    const past = quarterBefore()
    await drawAll({ api: { clock: past.clock } }, (console) => fillForOversightShots(console, past))
  }, 200_000)

  it('are taken of administration', () => drawAll({}, fillForAdministrationShots), 200_000)

  it('begin with the way from a frame to an alert', async () => {
    await write('frame-to-alert', await frameToAlert())
  }, 100_000)
})

async function drawAll(options: ConsoleOptions, fill: (console: Console) => Promise<Shot[]>): Promise<void> {
  const console = await openConsole({ ...options, wholeMap: true })
  const failures: string[] = []
  try {
    for (const shot of await fill(console)) {
      // The others are worth having.
      await draw(console, shot).catch((error) => {
        failures.push(`${shot.name}: ${error}`)
        say(`${shot.name} could not be drawn`)
      })
    }
  } finally {
    await console.close()
  }
  expect(failures).toEqual([])
}

/** One page in both themes: what it shows is the same in both. */
async function draw(console: Console, { name, person, path, consent = true, ready }: Shot): Promise<void> {
  const options = { path, consent, theme: 'system', viewport: { width, height } } as const
  const { page, context } = person ? await console.as(person, options) : await console.open(options)
  try {
    page.setDefaultTimeout(PATIENCE_MS)
    await page.emulateMedia({ colorScheme: 'dark' })
    await ready(page)
    for (const theme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme: theme })
      await settled(page)
      await write(`${name}-${theme}`, await page.screenshot())
    }
  } finally {
    await context.close()
  }
}

async function write(name: string, picture: Buffer): Promise<void> {
  const bytes = await sharp(picture).png({ palette: true, colors: 256, effort: 7 }).toBuffer()
  expect([name, bytes.length < MOST_BYTES]).toEqual([name, true])
  await mkdir(FOLDER!, { recursive: true })
  await writeFile(join(FOLDER!, `${name}.png`), bytes)
  say(`${name}.png, ${Math.round(bytes.length / 1000)} kB`)
}

/** Maps are opened again in another theme; their lettering, and what fades in, say nothing when they are done. */
async function settled(page: Page): Promise<void> {
  await page.waitForTimeout(300)
  const opening = page.locator('[data-map]:not([data-map=ready])')
  await expect.poll(() => opening.count(), { timeout: PATIENCE_MS }).toBe(0)
  await page.evaluate('Promise.all([...document.images].map((image) => image.decode().catch(() => {})))')
  await page.waitForTimeout(500)
}

/** Past the test runner, which shows what is said once the test is over. */
const say = (line: string) => writeSync(2, `${line}\n`)
