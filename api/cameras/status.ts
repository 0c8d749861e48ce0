import type { CameraHealth } from '@sightline/schemas/camera-health'
import type { CameraStatus } from '@sightline/schemas/camera-status'
import type { EdgeAgent } from '@sightline/schemas/edge-agent'

/** Agents report every ten seconds; a camera without a report for this long is offline, milliseconds. */
export const UNHEARD_MS = 60_000

/**
 * All known cameras: those that enrolled agents may run, and all that reported in the last days. Pure.
 * @param now milliseconds
 * @returns by id of the camera
 */
export function cameraStatuses(
  agents: readonly Pick<EdgeAgent, 'name' | 'access'>[],
  reports: readonly CameraHealth[],
  now: number,
): CameraStatus[] {
  const agentOf = new Map(
    agents.flatMap(({ name, access }) => (access?.cameras ?? []).map((camera) => [camera, name] as const)),
  )
  const healthOf = new Map(reports.map((health) => [health.camera, health]))
  const ids = [...new Set([...agentOf.keys(), ...healthOf.keys()])].sort()
  return ids.map((camera) => {
    const health = healthOf.get(camera) ?? null
    const isHeard = health !== null && now - Date.parse(health.at) < UNHEARD_MS
    return {
      camera,
      agent: agentOf.get(camera) ?? null,
      state: isHeard ? health.state : 'unheard',
      lastSeenAt: health?.at ?? null,
      registration: health?.registration ?? null,
      position: health?.position ?? null,
      health,
    }
  })
}

/** What has changed since the last event: changed or new cameras, and ids of those that are gone. Pure. */
export function changesOf(
  before: readonly CameraStatus[],
  after: readonly CameraStatus[],
): { cameras: CameraStatus[]; gone: string[] } {
  const told = new Map(before.map((camera) => [camera.camera, JSON.stringify(camera)]))
  const there = new Set(after.map(({ camera }) => camera))
  return {
    cameras: after.filter((camera) => told.get(camera.camera) !== JSON.stringify(camera)),
    gone: [...told.keys()].filter((camera) => !there.has(camera)),
  }
}
