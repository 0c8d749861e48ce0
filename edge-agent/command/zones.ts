import { withZones } from '../config/change-zones.ts'
import { storeOf } from '../config/store.ts'
import type { Zones } from '../zones/zones.ts'

/** Stores the zones of a camera in its configuration file, which the agent follows (follow-config.ts). */
export function zonesOf(path: string): (camera: string, zones: Zones) => Promise<void> {
  const file = storeOf(path)
  return (camera, zones) => file.change((text) => withZones(text, camera, zones, path))
}
