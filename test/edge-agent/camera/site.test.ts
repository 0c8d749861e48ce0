import type { Engine, IssuerMix } from '@sightline/recognition/engine'
import { mixAt } from '@sightline/recognition/site/mix'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../support/broker.ts'
import { engineOf, frameOf, openSpools, sight, startBench } from './bench.ts'

const BEGIN = Date.parse('2026-11-24T08:00:00Z')

/** Finds what the frames were made with, all of it surely from Nevada, and notes which mix it got. */
function watchingEngine(): Engine & { told: (IssuerMix | undefined)[] } {
  const engine = engineOf()
  const told: (IssuerMix | undefined)[] = []
  return {
    ...engine,
    told,
    async find(picture, mix) {
      told.push(mix)
      const found = await engine.find(picture)
      return found.map((finding) => ({ ...finding, withoutSite: { region: 'us-nv', confidence: 0.98 } }))
    },
  }
}

const share = (mix: IssuerMix, region: string) =>
  mix[region]! / Object.values(mix).reduce((sum, value) => sum + value, 0)

test('the engine gets the mix of the site; the camera learns from each pass once, also across restarts', async () => {
  const folder = await temporaryFolder()
  /** One run of the agent, in which so many vehicles pass. */
  async function run(vehicles: number, begin: number, site?: string) {
    const spools = await openSpools(folder.path)
    const engine = watchingEngine()
    const { camera, feed, end } = startBench({ spools, engine, ...(site !== undefined && { site }) })
    for (let n = 0; n < vehicles; n++) {
      for (let frame = 0; frame < 4; frame++) {
        const seenAt = begin + n * 60_000 + frame * 100
        feed(frameOf(`f${seenAt}`, seenAt, [sight(`${n}NV${begin % 997}`, 12 - frame)]))
      }
    }
    end()
    await camera.done
    await spools.reads.close()
    await spools.pictures.close()
    return engine.told
  }
  try {
    const first = await run(3, BEGIN, 'us-ca')
    expect(share(first[0]!, 'us-nv')).toBeCloseTo(mixAt('us-ca')['us-nv']!, 9)
    const [again] = await run(1, BEGIN + 3_600_000, 'us-ca')
    expect(share(again!, 'us-nv')).toBeCloseTo((200 * mixAt('us-ca')['us-nv']! + 3) / 203, 9)
    const [elsewhere] = await run(1, BEGIN + 7_200_000, 'us-az')
    expect(share(elsewhere!, 'us-az')).toBeCloseTo(0.8, 9)
  } finally {
    await folder.remove()
  }
})

test('when the site is unknown, the engine gets no mix', async () => {
  const folder = await temporaryFolder()
  const spools = await openSpools(folder.path)
  const engine = watchingEngine()
  const { camera, feed, end } = startBench({ spools, engine })
  feed(frameOf('f1', BEGIN, [sight('7ABC123')]))
  end()
  await camera.done
  expect(engine.told).toEqual([undefined])
  await spools.reads.close()
  await spools.pictures.close()
  await folder.remove()
})
