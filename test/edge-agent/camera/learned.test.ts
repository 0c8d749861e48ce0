import type { Pixels } from '@sightline/recognition/picture'
import { pictureOf } from '@sightline/recognition/pictures/raw'
import { random } from '@sightline/vendor-sim/world/random'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../support/broker.ts'
import { exposed, road, turned } from '../health/scenes.ts'
import { frameOf, openSpools, startBench } from './bench.ts'

const BEGIN = Date.parse('2026-11-24T03:05:00.000Z')

test('a camera that was moved while its agent was down is reported as moved, even if nothing was ever read', async () => {
  const folder = await temporaryFolder()
  const rng = random('down')
  /** One run of the agent. @returns how the camera is at its end */
  async function run(begin: number, seconds: number, scene: Pixels): Promise<string> {
    const spools = await openSpools(folder.path)
    const { camera, feed, end } = startBench({ spools, live: true, resumes: 'none' })
    for (let n = 0; n < seconds; n++) {
      const picture = pictureOf(exposed(scene, rng))
      feed({ ...frameOf(`f${begin + n}`, BEGIN + (begin + n) * 1000, []), open: async () => picture })
      await new Promise((resolve) => setTimeout(resolve, 12))
    }
    end()
    await camera.done
    const { state } = camera.health.report(BEGIN + (begin + seconds) * 1000)
    expect(spools.reads.stats().entries).toBe(0)
    await spools.reads.close()
    await spools.pictures.close()
    return state
  }
  try {
    const view = await road(1)
    expect(await run(0, 200, await turned(view, 0, 0))).toBe('ok')
    expect(await run(1_000, 150, await turned(view, -30, 15))).toBe('moved')
  } finally {
    await folder.remove()
  }
})
