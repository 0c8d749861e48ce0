import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { alertsApi } from './support/data-alerts.ts'
import { quarterBefore } from './support/data-oversight.ts'
import { type Console, type ConsoleOptions, HAS_CHROMIUM, openConsole } from './support/open-console.ts'
import {
  fillForAdministrationShots,
  fillForOversightShots,
  fillForShots,
  type Shot,
} from './support/screenshots.ts'

/** Where to; set by `./sightline docs --console`. */
const FOLDER = process.env.SIGHTLINE_SCREENSHOTS
/** Of a picture: the repository is to stay small. */
const MOST_BYTES = 150_000
const PATIENCE_MS = 20_000

describe.skipIf(!FOLDER || !HAS_CHROMIUM)('pictures of the console', () => {
  it('are drawn of what analysts see', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sightline-shots-'))
    const options = { vendor: true, api: await alertsApi(folder) }
    await drawAll(options, fillForShots).finally(() => rm(folder, { recursive: true, force: true }))
  }, 200_000)

  it('are drawn of what oversight sees', async () => {
    const past = quarterBefore()
    await drawAll({ api: { clock: past.clock } }, (console) => fillForOversightShots(console, past))
  }, 100_000)

  it('are drawn of administration', () => drawAll({}, fillForAdministrationShots), 100_000)
})

async function drawAll(options: ConsoleOptions, fill: (console: Console) => Promise<Shot[]>): Promise<void> {
  await mkdir(FOLDER!, { recursive: true })
  const console = await openConsole(options)
  const failures: string[] = []
  try {
    for (const shot of await fill(console)) {
      for (const theme of ['dark', 'light'] as const) {
        const path = join(FOLDER!, `${shot.name}-${theme}.png`)
        // The others are worth having.
        await draw(console, shot, theme)
          .then((bytes) => writeFile(path, bytes))
          .catch((error) => failures.push(`${shot.name}-${theme}: ${error}`))
      }
    }
  } finally {
    await console.close()
  }
  expect(failures).toEqual([])
}

async function draw(console: Console, shot: Shot, theme: 'dark' | 'light'): Promise<Buffer> {
  const { person, path, consent = true, ready } = shot
  const tab = person
    ? await console.as(person, { path, theme, consent })
    : await console.open({ path, theme })
  try {
    tab.page.setDefaultTimeout(PATIENCE_MS)
    await ready(tab.page)
    await tab.page.waitForFunction('[...document.images].every((image) => image.complete)')
    // The map's lettering and what fades in say nothing when they are done.
    await tab.page.waitForTimeout(600)
    const picture = sharp(await tab.page.screenshot())
    const bytes = await picture.png({ palette: true, colours: 256, effort: 10 }).toBuffer()
    expect([shot.name, bytes.length < MOST_BYTES]).toEqual([shot.name, true])
    return bytes
  } finally {
    await tab.context.close()
  }
}
