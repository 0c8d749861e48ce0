/** Frames that wait for recognition, of any number of cameras. */
export interface Schedule<Frame> {
  /** Puts in a camera's newest frame. @returns the frame that was dropped for it, the camera's oldest */
  offer(camera: string, frame: Frame): Frame | undefined
  /** The next frame to work on, of a camera that has none in work; undefined when there is none. */
  take(): { readonly camera: string; readonly frame: Frame } | undefined
  /** The frame of this camera that was taken is worked on no longer: its next one may be. */
  done(camera: string): void
  /** How many frames of a camera were dropped so far. */
  drops(camera: string): number
}

interface Lane<Frame> {
  readonly frames: Frame[]
  dropped: number
  inWork: boolean
}

/**
 * Under overload every camera keeps its newest frames and loses the older ones, so that a read is never late.
 * Cameras take turns, one frame each: a busy one costs the others nothing. What a camera kept is handed out in
 * the order of its time and one at a time, because tracking needs that.
 * @param length frames that one camera may have waiting, at least 1; each is a picture in memory
 */
export function createSchedule<Frame>(length = 2): Schedule<Frame> {
  const lanes = new Map<string, Lane<Frame>>()
  /** Cameras with frames and none in work, the one that waited longest first. */
  const turns: string[] = []

  function laneOf(camera: string): Lane<Frame> {
    const lane = lanes.get(camera) ?? { frames: [], dropped: 0, inWork: false }
    lanes.set(camera, lane)
    return lane
  }

  return {
    offer(camera, frame) {
      const lane = laneOf(camera)
      if (lane.frames.length === 0 && !lane.inWork) turns.push(camera)
      lane.frames.push(frame)
      if (lane.frames.length <= length) return undefined
      lane.dropped++
      return lane.frames.shift()
    },
    take() {
      const camera = turns.shift()
      if (camera === undefined) return undefined
      const lane = laneOf(camera)
      lane.inWork = true
      return { camera, frame: lane.frames.shift()! }
    },
    done(camera) {
      const lane = laneOf(camera)
      lane.inWork = false
      if (lane.frames.length > 0) turns.push(camera)
    },
    drops: (camera) => lanes.get(camera)?.dropped ?? 0,
  }
}
