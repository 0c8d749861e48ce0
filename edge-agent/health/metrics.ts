import { type CameraHealth, CameraState } from '@sightline/schemas/camera-health'
import { Counter, Gauge, Registry } from 'prom-client'

type Feed = NonNullable<CameraHealth['feeds']>[number]

const labelNames = ['camera'] as const

/**
 * Metrics of the cameras for Prometheus, taken from their reports on request.
 * @param reports current reports of all cameras
 */
export function cameraMetrics(reports: () => readonly CameraHealth[]): Registry {
  const registry = new Registry()
  const registers = [registry]

  new Counter({
    name: 'sightline_camera_frames_total',
    help: 'Frames that arrived, by result',
    labelNames: ['camera', 'fate'],
    registers,
    collect() {
      this.reset()
      for (const health of reports()) {
        const { camera, framesStill: still, framesProcessed: processed } = health
        const fates = { still, processed, dropped: health.framesDropped, rejected: health.framesRejected }
        for (const [fate, count] of Object.entries(fates)) this.inc({ camera, fate }, count)
      }
    },
  })
  new Counter({
    name: 'sightline_camera_reads_total',
    help: 'Plates read',
    labelNames,
    registers,
    collect() {
      this.reset()
      for (const { camera, reads } of reports()) this.inc({ camera }, reads)
    },
  })
  new Gauge({
    name: 'sightline_camera_state',
    help: '1 for the state that the camera is in, 0 for the others',
    labelNames: ['camera', 'state'],
    registers,
    collect() {
      this.reset()
      for (const { camera, state } of reports()) {
        for (const other of CameraState.enum) this.set({ camera, state: other }, other === state ? 1 : 0)
      }
    },
  })

  new Gauge({
    name: 'sightline_camera_warning',
    help: '1 for each warning that the camera has now, by its code',
    labelNames: ['camera', 'code'],
    registers,
    collect() {
      this.reset()
      for (const { camera, warnings = [] } of reports()) {
        for (const { code } of warnings) this.set({ camera, code }, 1)
      }
    },
  })
  new Counter({
    name: 'sightline_camera_unsure_total',
    help: 'Passes whose plate was found, but with too little confidence for a read',
    labelNames,
    registers,
    collect() {
      this.reset()
      for (const { camera, unsure = 0 } of reports()) this.inc({ camera }, unsure)
    },
  })

  /** A value for each of the host's own feeds, which several cameras may share. */
  const ofFeeds = (
    Kind: typeof Gauge | typeof Counter,
    name: string,
    help: string,
    figure: (feed: Feed) => number,
  ) =>
    new Kind({
      name: `sightline_feed_${name}`,
      help,
      labelNames: ['feed'],
      registers,
      collect() {
        this.reset()
        const feeds = new Map(reports().flatMap(({ feeds = [] }) => feeds.map((feed) => [feed.name, feed])))
        for (const [feed, of] of feeds) this.inc({ feed }, figure(of))
      },
    })
  ofFeeds(Gauge, 'up', 'Whether a feed of the host works', ({ works }) => (works ? 1 : 0))
  ofFeeds(Gauge, 'waiting', 'Reads that wait to be sent', ({ waiting }) => waiting)
  ofFeeds(Counter, 'dropped_total', 'Reads that could not be sent in time', ({ dropped }) => dropped)

  /** A value that is omitted while unknown. */
  const gauge = (name: string, help: string, figure: (health: CameraHealth) => number | null | undefined) =>
    new Gauge({
      name: `sightline_camera_${name}`,
      help,
      labelNames,
      registers,
      collect() {
        this.reset()
        for (const health of reports()) {
          const value = figure(health)
          if (value !== null && value !== undefined) this.set({ camera: health.camera }, value)
        }
      },
    })
  gauge('mean_confidence', 'Mean confidence of the reads, 0 to 1', (health) => health.meanConfidence)
  gauge('brightness', 'Mean gray level, 0 to 255', (health) => health.brightness)
  gauge('sharpness', 'Steepness of edges, 0 to 1', (health) => health.sharpness)
  gauge('clock_offset_seconds', "Host's clock less the true time", ({ clockOffsetMs: ms }) => ms && ms / 1000)
  gauge('spool_messages', "Messages in the agent's spool", ({ spool }) => spool?.messages)
  gauge('spool_bytes', "Size of the agent's spool", ({ spool }) => spool?.bytes)
  gauge('spool_dropped', 'Oldest messages that a full spool lost', ({ spool }) => spool?.droppedOldest)
  return registry
}
