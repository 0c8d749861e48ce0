import { stringify } from 'yaml'
import type { Device } from './device.ts'
import type { Found } from './probe.ts'

/** A camera that was found, with its description or the reason why it gave none. */
export interface Discovered {
  readonly found: Found
  readonly device?: Device
  readonly reason?: string
}

/** User, as the configuration will name it; the password itself is never written. */
export interface NamedLogin {
  readonly user: string
  readonly passwordFile: string
}

/**
 * The configuration of the cameras that were found, as YAML for `edge run --config`. Comments mark what a person must
 * fill in or check. It uses the largest stream of each camera.
 */
export function configurationOf(cameras: readonly Discovered[], login?: NamedLogin): string {
  const lines = ['cameras:']
  const ids = new Set<string>()
  for (const { found, device, reason } of cameras) {
    const host = new URL(found.address).hostname
    const what =
      [device?.manufacturer, device?.model].filter(Boolean).join(' ') || found.name || found.hardware
    lines.push(`  # ${[host, what].filter(Boolean).join(': ')}`)
    const best = device?.profiles.find(({ stream }) => stream !== undefined)
    if (best?.stream === undefined) {
      lines.push(`  #   not written: ${reason ?? 'it names no stream on its own host'}`)
      continue
    }
    for (const { name, width, height, encoding, stream, snapshot } of device!.profiles) {
      const size = width > 0 ? `${width}×${height} ` : ''
      lines.push(
        `  #   ${name}: ${size}${encoding}${stream ? ` ${stream}` : ''}${snapshot ? ` snapshot ${snapshot}` : ''}`,
      )
    }
    const camera = {
      id: freeId(`camera-${host.replace(/[^A-Za-z0-9]+/g, '-')}`, ids),
      // Only a person knows it. Empty, so that the agent refuses it and no read has an invented owner.
      owner: '',
      ownerType: 'private-business',
      kind: 'fixed',
      source: { type: 'rtsp', url: best.stream, ...login, maxFps: 10 },
    }
    lines.push(
      ...stringify([camera], { lineWidth: 0 })
        .trimEnd()
        .split('\n')
        .map((line) => `  ${line}`),
    )
  }
  return `${lines.join('\n')}\n`
}

function freeId(wanted: string, taken: Set<string>): string {
  let id = wanted
  for (let n = 2; taken.has(id); n++) id = `${wanted}-${n}`
  taken.add(id)
  return id
}
