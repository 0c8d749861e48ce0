import { printJson, printLine } from '@sightline/runtime/command-line/output'
import type { Alert } from '@sightline/schemas/alert'
import type { Read } from '@sightline/schemas/read'
import { safeText } from '@sightline/schemas/safe-text'
import { several } from '@sightline/schemas/several'

export interface Addresses {
  /** With the development token in its fragment: whoever opens it chooses one of the made-up people. */
  console: string
  api: string
  vendor: string
  broker: string
  data: string
}

/** Output of the demo: for a person, or as JSON lines. */
export interface Printer {
  ready(addresses: Addresses): void
  read(read: Read): void
  alert(alert: Alert, latencyMs: number): void
  restart(service: string): void
}

const clockOf = (seenAt: string) => seenAt.slice(11, 19)

export const jsonPrinter: Printer = {
  ready: (addresses) => printJson({ type: 'ready', ...addresses }),
  read: ({ id, plate, confidence, region, camera, source, seenAt }) =>
    printJson({ type: 'read', id, plate, confidence, region, camera: camera.id, source, time: seenAt }),
  alert: ({ id, read, display, match, raisedAt }, latencyMs) =>
    printJson({
      type: 'alert',
      id,
      plate: read.plate,
      camera: read.camera.id,
      source: read.source,
      time: read.seenAt,
      raisedAt,
      match,
      display,
      readId: read.id,
      latencyMs,
    }),
  restart: (service) =>
    printJson({ type: 'error', code: 'SERVICE_ENDED', message: `${service} ended and is restarted` }),
}

/** Reads seen longer ago than this are counted, not shown: a vendor that was down has many to send. */
const FRESH_MS = 60_000

export function humanPrinter(): Printer {
  let older = 0
  return {
    ready({ console, api, vendor, broker, data }) {
      printLine()
      printLine(`  console  ${console}`)
      printLine(`  api      ${api}   (document: ${api}/openapi.json)`)
      printLine(`  vendor   ${vendor}`)
      printLine(`  broker   ${broker}`)
      printLine(`  data     ${data}   (logs in ${data}/logs)`)
      printLine()
      printLine(
        '  Reads from the frames of the simulated camera (edge) and from the vendor’s cameras. Press Ctrl-C to stop.',
      )
      printLine()
    },
    read({ seenAt, plate, region, confidence, source, camera }) {
      if (Date.now() - Date.parse(seenAt) > FRESH_MS) {
        older++
        return
      }
      if (older > 0) printLine(`          ${several(older, 'older read')} caught up`)
      older = 0
      const columns = [
        plate.padEnd(9),
        (region ?? '').padEnd(6),
        confidence.toFixed(2),
        source.padEnd(5),
        camera.id,
      ]
      printLine(`${clockOf(seenAt)}  read  ${columns.join('  ')}`)
    },
    alert({ read, display, match }, latencyMs) {
      const lines = [
        `ALERT  ${read.plate}   ${display.priority} priority   ${clockOf(read.seenAt)} UTC`,
        `camera   ${read.camera.id}${read.camera.address ? `, ${safeText(read.camera.address)}` : ''}`,
        `display  ${safeText(display.caseRef)}: ${safeText(display.reason)}`,
        `read     ${read.id}, confidence ${read.confidence.toFixed(2)}; a lead until a person verifies the image`,
        ...doubtLines({ read, display, match }),
        `delay    ${latencyMs} ms from publishing the read to this line`,
      ]
      const width = Math.max(...lines.map((line) => line.length))
      printLine(`┏━${'━'.repeat(width)}━┓`)
      for (const line of lines) printLine(`┃ ${line.padEnd(width)} ┃`)
      printLine(`┗━${'━'.repeat(width)}━┛`)
    },
    restart: (service) => printLine(`          ${service} ended; restarting it`),
  }
}

/** Doubts about an alert: a lead must not look more certain than it is. */
function doubtLines({ read, display, match }: Pick<Alert, 'read' | 'display' | 'match'>): string[] {
  const { differs = [], unchecked = [] } = match
  const sure = read.regionConfidence === null ? '' : `, ${Math.round(read.regionConfidence * 100)} % sure`
  return [
    ...(differs.includes('region')
      ? [
          `doubt    state differs: read as ${read.region}${sure}; the watchlist entry is for ${display.region}`,
        ]
      : []),
    ...(unchecked.length > 0 ? [`doubt    vehicle not checked: ${unchecked.join(', ')} not recognized`] : []),
  ]
}
