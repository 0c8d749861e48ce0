/** Frames of any number of cameras that wait for recognition. */
export interface Schedule<Frame> {
  /** Adds a camera's newest frame. @returns the frame dropped for it, the camera's oldest */
  offer(camera: string, frame: Frame): Frame | undefined
  /** The next frame to process, of a camera without one in progress; undefined when there is none. */
  take(): { readonly camera: string; readonly frame: Frame } | undefined
  /** The frame taken from this camera is finished: its next one may be taken. */
  done(camera: string): void
  /** Number of frames of a camera dropped so far. */
  drops(camera: string): number
}

interface Lane<Frame> {
  readonly frames: Frame[]
  dropped: number
  inWork: boolean
}

/**
 * Under overload every camera keeps its newest frames and loses older ones, so that a read is never late. Cameras take
 * turns, one frame each: a busy camera does not delay the others. The frames of one camera are handed out in order of
 * time, one at a time, because tracking needs that.
 * @param length maximum number of waiting frames per camera, at least 1; each is a picture in memory
 */
export function createSchedule<Frame>(length = 2): Schedule<Frame> {
  const lanes = new Map<string, Lane<Frame>>()
  /** Cameras that have frames and none in progress, longest waiting first. */
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
