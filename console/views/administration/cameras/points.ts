import type { Answer } from '../../../api/client.ts'
import type { MapPoint } from '../../../map/map.tsx'
import { texts } from '../texts.ts'

export type CameraStatus = Answer<'/v1/cameras'>['cameras'][number]

/** Cameras with a known position, as points on the map. */
export const pointsOf = (cameras: readonly CameraStatus[]): MapPoint[] =>
  cameras.flatMap(({ camera, state, position }) =>
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

/** Cameras that need attention first, then by name. */
export const sortByNeed = (cameras: readonly CameraStatus[]): CameraStatus[] =>
  [...cameras].sort(
    (a, b) => Number(a.state === 'ok') - Number(b.state === 'ok') || a.camera.localeCompare(b.camera),
  )

/** The list of cameras with changes applied. */
export function withChanges(
  before: readonly CameraStatus[],
  { cameras, gone }: { cameras: readonly CameraStatus[]; gone: readonly string[] },
): CameraStatus[] {
  const out = new Set([...gone, ...cameras.map(({ camera }) => camera)])
  return [...before.filter(({ camera }) => !out.has(camera)), ...cameras]
}
