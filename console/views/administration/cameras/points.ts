import type { Answer } from '../../../api/client.ts'
import type { MapPoint } from '../../../map/map.tsx'
import { texts } from '../texts.ts'

export type Reader = Answer<'/v1/cameras'>['cameras'][number]

/** Readers whose place is known, as points of the map. */
export const pointsOf = (readers: readonly Reader[]): MapPoint[] =>
  readers.flatMap(({ camera, state, position }) =>
    position
      ? [
          {
            id: camera,
            lat: position.lat,
            lon: position.lon,
            label: `${camera}: ${texts.cameras.states[state]}`,
            caption: camera,
            kind: state === 'ok' ? ('camera' as const) : ('camera-down' as const),
            headingDeg: position.headingDeg,
          },
        ]
      : [],
  )

/** Those that need somebody first, then by name. */
export const byNeed = (readers: readonly Reader[]): Reader[] =>
  [...readers].sort(
    (a, b) => Number(a.state === 'ok') - Number(b.state === 'ok') || a.camera.localeCompare(b.camera),
  )

/** Readers after some changed, came or went. */
export function withChanges(
  before: readonly Reader[],
  { readers, gone }: { readers: readonly Reader[]; gone: readonly string[] },
): Reader[] {
  const out = new Set([...gone, ...readers.map(({ camera }) => camera)])
  return [...before.filter(({ camera }) => !out.has(camera)), ...readers]
}
