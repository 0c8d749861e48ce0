import type { Engine, PlateFinding } from '@sightline/recognition/engine'
import { lightOf } from '@sightline/recognition/pictures/video'
import type { Gate } from '../gate/gate.ts'
import { thumbnailOf } from '../gate/thumbnail.ts'
import type { Health } from '../health/health.ts'
import type { Issuers } from '../site/issuers-of.ts'
import type { Frame } from '../sources/frame.ts'
import { type FrameView, viewFrame } from '../status/view.ts'
import { blackenUnseen, lookedAt, type Zones } from '../zones/zones.ts'

/** Result for a frame in which something moves. */
export interface Seen {
  readonly findings: readonly PlateFinding[]
  readonly size: { readonly width: number; readonly height: number }
}

export interface Looking {
  /**
   * Opens a frame, and finds its plates if something moves in it.
   * @param seenAt the instant that identifies the frame, ms
   * @returns null if nothing moves
   * @throws the error that makes the frame unreadable
   */
  look(frame: Frame, seenAt: number): Promise<Seen | null>
  /** The latest frame with its plates; null before the first. */
  view(): FrameView | null
}

/** @param zones where the camera looks at the moment; called for each frame */
export function createLooking(
  engine: Engine,
  gate: Gate,
  health: Pick<Health, 'look' | 'moved'>,
  issuers: Pick<Issuers, 'mix'>,
  zones: () => Zones,
): Looking {
  let view: FrameView | null = null
  let letGoOfView: (() => void) | undefined
  /** The displayed frame must not be overwritten, so it is held until the next one. */
  function show(frame: Frame, next: FrameView): void {
    const letGo = letGoOfView
    letGoOfView = frame.hold?.()
    view = next
    letGo?.()
  }

  return {
    async look(frame, seenAt) {
      const now = zones()
      const picture = await frame.open()
      const light = lightOf(picture)
      health.look(light, seenAt)
      const judgment = gate.judge(seenAt, blackenUnseen(now, thumbnailOf(light)))
      if (judgment === 'moving') health.moved(seenAt)
      if (judgment === 'skip') {
        // Nothing has moved: the plates found last are still there.
        show(frame, viewFrame(picture, seenAt, view?.findings ?? []))
        return null
      }
      const findings = [...lookedAt(now, await engine.find(picture, issuers.mix(seenAt)), picture)]
      show(frame, viewFrame(picture, seenAt, findings))
      return { findings, size: { width: picture.width, height: picture.height } }
    },
    view: () => view,
  }
}
