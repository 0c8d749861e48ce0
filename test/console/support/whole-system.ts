import { jetstream } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { connectBroker } from '@sightline/broker/connect'
import { publishUntilStored } from '@sightline/broker/publish'
import { type Demo, startDemo } from '@sightline/cli/demo/demo'
import type { Alert } from '@sightline/schemas/alert'
import { readSubject } from '@sightline/schemas/subjects'
import { createWorld, DEFAULT_WORLD, demoRegulars } from '@sightline/vendor-sim/world/world'
import { quiet, temporaryFolder } from '../../support/broker.ts'
import { aRead, gate } from '../../support/reads.ts'
import { buildConsole, closeTabs, ourChromium } from './chromium.ts'
import { type Tabs, tabsOf } from './tabs.ts'

/** The api looks every 15 s whether a session has ended. */
const PATIENCE_MS = 40_000

/** Everything that `./sightline demo` starts, and a browser. */
export interface WholeSystem extends Tabs {
  demo: Demo
  /** Connection of the broker's admin. */
  admin: NatsConnection
  /** Alerts raised so far, as a subscriber of the api got them. */
  alerts: readonly Alert[]
  /** On display from the beginning, and driven past the rendered camera. */
  regulars: readonly string[]
  /** Has a vehicle pass a camera where nothing has been seen yet. @returns id of the read */
  passes(plate: string): Promise<string>
  close(): Promise<void>
}

/**
 * The whole system as `./sightline demo` starts it: broker, matcher, api, vendor and an edge agent that reads the frames
 * of a rendered camera, each a process of its own; the console in Debian's Chromium. Some ten seconds.
 * @param options.frameEvery seconds from one frame of that camera to the next; to render and to read one takes a third of a
 * second of a core
 * @param options.historyDays of the vendor's history; some months without it
 */
export async function startWholeSystem(
  options: { frameEvery?: number; historyDays?: number } = {},
): Promise<WholeSystem> {
  buildConsole()
  const folder = await temporaryFolder()
  const alerts: Alert[] = []
  const printer = {
    ready: () => {},
    read: () => {},
    alert: (alert: Alert) => alerts.push(alert),
    restart: () => {},
  }
  const { seed } = DEFAULT_WORLD
  const [demo, browser] = await Promise.all([
    startDemo({ data: folder.path, seed, frameEvery: 1, ...options, printer, say: () => {} }),
    ourChromium(),
  ])
  let passed = 0
  const servers = demo.addresses.broker
  const admin = await connectBroker({ servers, keys: demo.keys, user: 'admin' }, quiet)
  return {
    demo,
    admin,
    alerts,
    regulars: demoRegulars(createWorld(DEFAULT_WORLD)).map(({ plate }) => plate),
    ...tabsOf(browser, () => ({ url: demo.addresses.api, token: demo.token }), PATIENCE_MS),
    passes: async (plate) => {
      const camera = { ...gate, id: `passed-${passed++}` }
      const read = aRead({ plate, region: null, seenAt: new Date().toISOString(), camera })
      const subject = readSubject(read.source, camera.id)
      await publishUntilStored(jetstream(admin), subject, JSON.stringify(read), { msgID: read.id })
      return read.id
    },
    close: async () => {
      await closeTabs(browser)
      await admin.close()
      await demo.stop()
      await folder.remove()
    },
  }
}
