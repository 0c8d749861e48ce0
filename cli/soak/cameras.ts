import { setTimeout as pause } from 'node:timers/promises'
import { random } from '@sightline/vendor-sim/world/random'
import { plateOf, trafficAt } from './plan.ts'

/** Plate readers at the roadside, as hosts own them: each sends what it reads to its edge agent, until the agent has it. */

export interface CameraAddress {
  readonly id: string
  /** Where the agent listens for this camera, with its secret. */
  readonly url: string
}

export interface Cameras {
  /** Number of vehicles that passed. */
  passed(): number
  /** Vehicles whose read the agent has acknowledged. */
  readonly taken: ReadonlySet<number>
  /** A vehicle that passes one of the cameras as soon as possible. */
  plant(vehicle: number): void
  /** A number for a vehicle that has not been seen. */
  newVehicle(): number
  /** No vehicle passes from now on; resolves when the agents have all that passed. */
  finish(): Promise<void>
}

export interface CamerasOptions {
  readonly seed: number
  /** Of the run, milliseconds. */
  readonly duration: number
  /** Vehicles a second at noon, at all cameras. */
  readonly rate: number
  readonly cameras: readonly CameraAddress[]
  /** What the plate reader says about a vehicle besides its plate, in its own words; nothing without it. */
  readonly factsOf?: (vehicle: number) => object
  /** Ends it at once: whatever waits is given up. */
  readonly signal: AbortSignal
}

const TICK_MS = 100
const AGAIN_MS = 300
const ANSWER_MS = 5000
/** Below the agent's limit of 600 messages a minute. */
const PACE_MS = 110

export function startCameras(options: CamerasOptions): Cameras {
  const { seed, duration, rate, cameras, factsOf = () => ({}), signal } = options
  const draw = random(seed, 'cameras')
  const begun = performance.now()
  const taken = new Set<number>()
  const waiting = cameras.map((): { vehicle: number; seenAt: string }[] => [])
  let next = 0
  let finishing = false

  function pass(vehicle: number): void {
    const camera = draw.whole(0, cameras.length - 1)
    waiting[camera]!.push({ vehicle, seenAt: new Date().toISOString() })
  }

  async function drive(): Promise<void> {
    let due = 0
    let last = performance.now()
    while (!finishing && !signal.aborted) {
      const now = performance.now()
      due += (trafficAt(seed, now - begun, duration, rate) * (now - last)) / 1000
      last = now
      for (; due >= 1; due--) pass(next++)
      await pause(TICK_MS)
    }
  }

  /** One camera: it sends one message after the other, each until it is acknowledged. */
  async function send(
    { url, id }: CameraAddress,
    queue: { vehicle: number; seenAt: string }[],
  ): Promise<void> {
    while (!signal.aborted && !(finishing && queue.length === 0)) {
      const one = queue[0]
      if (one && (await isTaken(url, messageOf(id, one.vehicle, one.seenAt, factsOf(one.vehicle))))) {
        taken.add(one.vehicle)
        queue.shift()
        await pause(PACE_MS)
      } else await pause(one ? AGAIN_MS : TICK_MS)
    }
  }

  async function isTaken(url: string, body: string): Promise<boolean> {
    try {
      const limits = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)])
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(url, { method: 'POST', headers, body, signal: limits })
      await answer.arrayBuffer()
      return answer.ok
    } catch {
      return false // it is down, or slow: the camera sends it again
    }
  }

  const driving = drive()
  const sending = cameras.map((camera, n) => send(camera, waiting[n]!))
  return {
    passed: () => next,
    taken,
    plant: pass,
    newVehicle: () => next++,
    async finish() {
      finishing = true
      await driving
      await Promise.all(sending)
    },
  }
}

/** The webhook of Plate Recognizer: a plate, how sure, when. */
const messageOf = (camera: string, vehicle: number, seenAt: string, facts: object) =>
  JSON.stringify({
    hook: { event: 'image' },
    data: {
      camera_id: camera,
      timestamp: seenAt,
      results: [{ plate: plateOf(vehicle), score: 0.97, region: { code: 'us-ca', score: 0.9 }, ...facts }],
    },
  })
