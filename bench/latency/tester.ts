import { setTimeout as sleep } from 'node:timers/promises'
import type { NatsConnection } from '@nats-io/transport-node'
import { createPlantedCheck } from '@sightline/replay/check'
import { plantDisplays } from '@sightline/replay/displays'
import { freshPrefix, numberedIds } from '@sightline/replay/ids'
import { refuseVerdict } from '@sightline/replay/report'
import { plantedPlates } from '@sightline/replay/source'
import { subscribeApi } from '@sightline/replay/subscribe'
import { systemClock } from '@sightline/runtime/clock'
import type { Alert } from '@sightline/schemas/alert'
import { several } from '@sightline/schemas/several'
import { startChild } from '../stack/child.ts'
import { machineClock } from './clock.ts'
import { BARE_SUBJECT, type Job, type Sent } from './job.ts'
import type { System } from './system.ts'

/** A timed message: when it was due, passed to the socket, and received; `machineClock`. */
export interface Timed {
  due: number
  sent: number
  received: number
  alert?: Alert
}

export type Pace = Pick<Job, 'perSecond' | 'seconds' | 'timed'>

/** How long alerts may take after the last read, and how long to wait for unexpected ones. */
const WAIT_MS = 30_000
const SETTLE_MS = 1000

/** Receives messages from the sender, a separate process. */
/** @param readsFrom broker user that sends the reads */
export function startTester({ broker, api, token }: System, readsFrom: string) {
  const child = startChild<Job, Sent>('latency/sender.js')
  const send = (job: Omit<Job, 'servers' | 'keys'>) => {
    const { url: servers, keys } = broker
    return child.ask({ servers, keys, ...job })
  }

  return {
    pid: child.pid,
    close: child.close,

    /** The yardstick: publish → subscribe through the broker alone, with the rate and size of the reads. */
    async bare(connection: NatsConnection, pace: Pace): Promise<Timed[]> {
      const received = new Map<string, number>()
      const subscription = connection.subscribe(BARE_SUBJECT, {
        callback: (_error, { reply }) => void (reply && received.set(reply, machineClock())),
      })
      await connection.flush()
      const { timed } = await send({ ...pace, user: 'admin' })
      await connection.flush()
      subscription.unsubscribe()
      return timed.flatMap(({ id, ...times }) => {
        const at = received.get(id)
        return at === undefined ? [] : [{ ...times, received: at }]
      })
    },

    /**
     * Reads → alerts as an analyst gets them.
     * @throws CHECK_FAILED unless each planted hit raised one alert and nothing else did
     */
    async system(connection: NatsConnection, pace: Pace): Promise<Timed[]> {
      const ids = freshPrefix()
      const hits = pace.timed * pace.seconds
      const arrived: { alert: Alert; received: number }[] = []
      const subscription = await subscribeApi(api, token, (alert) => {
        arrived.push({ alert, received: machineClock() })
      })
      const displays = await plantDisplays(connection, 'admin', plantedPlates(hits), systemClock)
      try {
        await sleep(SETTLE_MS)
        const { timed, sent, acknowledged } = await send({ ...pace, user: readsFrom, ids })
        if (acknowledged !== sent)
          throw new Error(`the broker has acknowledged ${acknowledged} of ${several(sent, 'read')}`)
        const until = machineClock() + WAIT_MS
        while (arrived.length < hits && machineClock() < until) await sleep(20)
        await sleep(SETTLE_MS)

        const check = createPlantedCheck(numberedIds(ids).has)
        const times = new Map(timed.map((one) => [one.id, one]))
        for (const [n, plate] of plantedPlates(hits).entries()) {
          check.planted(timed[n]!.id, displays.idOf(plate), timed[n]!.due)
        }
        const measured = arrived.flatMap(({ alert, received }) => {
          const isPlanted = check.alert({ displayId: alert.display.id, readId: alert.read.id }) !== undefined
          return isPlanted ? [{ ...times.get(alert.read.id)!, received, alert }] : []
        })
        refuseVerdict(check.verdict())
        return measured
      } finally {
        await displays.close()
        await subscription.close()
      }
    },
  }
}
