import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { alertsApi } from './support/data-alerts.ts'
import { type Console, HAS_CHROMIUM, openConsole } from './support/open-console.ts'
import { fillForShots, type Shot } from './support/screenshots.ts'

/** Where to; set by `./sightline docs --console`. */
const FOLDER = process.env.SIGHTLINE_SCREENSHOTS
/** Of a picture: the repository is to stay small. */
const MOST_BYTES = 150_000
const PATIENCE_MS = 20_000

describe.skipIf(!FOLDER || !HAS_CHROMIUM)('pictures of the console', () => {
  it('are drawn of each view in both themes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sightline-shots-'))
    const console = await openConsole({ vendor: true, api: await alertsApi(folder) })
    const failures: string[] = []
    try {
      await mkdir(FOLDER!, { recursive: true })
      const shots = await fillForShots(console)
      for (const shot of shots) {
        for (const theme of ['dark', 'light'] as const) {
          const drawn = draw(console, shot, theme).then((bytes) =>
            writeFile(join(FOLDER!, `${shot.name}-${theme}.png`), bytes),
          )
          await drawn.catch((error) => failures.push(`${shot.name}-${theme}: ${error}`))
        }
      }
    } finally {
      await console.close()
      await rm(folder, { recursive: true, force: true })
    }
    expect(failures).toEqual([])
  }, 300_000)
})

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
