import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createEngine } from '@sightline/recognition/engine'
import { openPicture } from '@sightline/recognition/pictures/open'
import { root } from '@sightline/runtime/root'
import { ourChromium } from './chromium.ts'

const FRAME = join(root, 'docs/frame-to-alert.jpg')

/**
 * The first picture of the README: a frame, the read that the engine makes of it, and the alert that it raises. The case is
 * made up; text, state and confidence are what the engine says.
 * @returns PNG
 */
export async function frameToAlert(): Promise<Buffer> {
  const engine = await createEngine('sightline')
  const [plate] = await engine.find(await openPicture(FRAME)).finally(() => engine.close())
  const { text, region, confidence } = plate!
  const frame = (await readFile(FRAME)).toString('base64')
  const context = await (await ourChromium()).newContext({ viewport: { width: 1280, height: 500 } })
  try {
    const page = await context.newPage()
    await page.setContent(`<style>${STYLE}</style>
      <img src="data:image/jpeg;base64,${frame}">
      <main>
        <section><h2>1. A camera reads a plate</h2>
          <p><b class="plate">${text}</b> ${region?.toUpperCase()} <em>${Math.floor(confidence * 100)}% sure</em></p></section>
        <section><h2>2. The plate is on the watchlist</h2>
          <p><b class="plate">${text}</b> CASE-2041: stolen trailer</p></section>
        <section class="alert"><h2>3. An analyst gets an alert at once</h2>
          <p><span class="high">▲ High</span> <b>CASE-2041</b> 1 Harbor Drive, San Diego</p>
          <p class="note">It is a lead until the analyst has looked at the image and typed the same plate.</p></section>
      </main>`)
    return await page.screenshot()
  } finally {
    await context.close()
  }
}

const STYLE = `
  body { margin: 0; padding: 24px; display: grid; grid-template-columns: 680px 1fr; gap: 24px; align-items: stretch;
    height: 452px; background: #0b0f14; color: #e4eaf0; font: 19px/1.4 system-ui, "Liberation Sans", sans-serif }
  img { width: 100%; height: 452px; object-fit: cover; object-position: 100% 100%; border-radius: 6px }
  main { display: grid; gap: 16px; grid-template-rows: auto auto 1fr }
  section { padding: 14px 18px; background: #11171e; border: 1px solid #232e3a; border-radius: 6px }
  h2 { margin: 0 0 8px; font-size: 19px }
  p { margin: 0 0 6px }
  em { font-style: normal; color: #4cc982 }
  .plate { font: 700 24px ui-monospace, "DejaVu Sans Mono", monospace; letter-spacing: 0.08em; margin-right: 10px }
  .alert { border: 2px solid #ff7b7b; background: #311619 }
  .high { color: #ff7b7b; font-weight: 600; margin-right: 8px }
  .note { color: #c4ccd4; margin-top: 12px }`
