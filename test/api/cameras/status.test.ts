import { cameraStatuses, changesOf, UNHEARD_MS } from '@sightline/api/cameras/status'
import { instant } from '@sightline/runtime/clock'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aReport } from './support.ts'

const now = Date.UTC(2026, 10, 24, 9)
const agent = (name: string, cameras: string[] | null) => ({
  name,
  access: cameras && { publicKey: 'U', cameras, since: instant(now) },
})

describe('the cameras as an administrator sees them', () => {
  it('are those of enrolled agents and those that reported, each once, by id', () => {
    const ids = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,6}$/), { maxLength: 12 })
    fc.assert(
      fc.property(ids, ids, (enrolled, reported) => {
        const statuses = cameraStatuses(
          [agent('a1', enrolled), agent('gone', null)],
          reported.map((camera) => aReport({ camera, at: instant(now) })),
          now,
        )
        const all = [...new Set([...enrolled, ...reported])].sort()
        expect(statuses.map(({ camera }) => camera)).toEqual(all)
        for (const { camera, agent, state, health } of statuses) {
          expect(agent).toBe(enrolled.includes(camera) ? 'a1' : null)
          expect(state).toBe(reported.includes(camera) ? 'ok' : 'unheard')
          expect(health === null).toBe(!reported.includes(camera))
        }
      }),
    )
  })

  it('are sent again when they change, and not otherwise', () => {
    const ids = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,3}$/), { maxLength: 12 })
    const some = ids.map((cameras) =>
      cameraStatuses(
        [],
        cameras.map((camera) => aReport({ camera, at: instant(now - camera.length) })),
        now,
      ),
    )
    fc.assert(
      fc.property(some, some, fc.boolean(), (before, later, isLate) => {
        const after = later.map((camera) => (isLate ? { ...camera, state: 'unheard' as const } : camera))
        const { cameras, gone } = changesOf(before, after)
        const kept = before.filter(
          ({ camera }) => ![...gone, ...cameras.map((r) => r.camera)].includes(camera),
        )
        expect([...kept, ...cameras].sort((a, b) => (a.camera < b.camera ? -1 : 1))).toEqual(after)
        expect(changesOf(after, after)).toEqual({ cameras: [], gone: [] })
      }),
    )
  })

  it('are silent when no report came for a minute, whatever the last one said', () => {
    const stateAfter = (ms: number) =>
      cameraStatuses([], [aReport({ state: 'blind', at: instant(now - ms) })], now)[0]!
    expect(stateAfter(UNHEARD_MS - 1).state).toBe('blind')
    expect(stateAfter(UNHEARD_MS)).toMatchObject({
      ...{ state: 'unheard', lastSeenAt: instant(now - UNHEARD_MS), health: { state: 'blind' } },
    })
  })
})
