import { createTracker, type SavedTracker, type Tracker, type TrackerOptions } from '../tracking/tracker.ts'

/** A tracker whose time goes on evenly when the clock by which frames are stamped is set. */
export interface SteadyTracker extends Tracker {
  /**
   * The clock was set forward by so much, ms, before the next frame: a vehicle in view is the one that was there.
   * Nothing need be said of one that is set back: a tracker sees that by itself.
   */
  clockSetForward(byMs: number): void
}

export function steadyTracker(options: TrackerOptions, saved?: SavedTracker): SteadyTracker {
  let tracker = createTracker(options, saved)
  return {
    update: (...frame) => tracker.update(...frame),
    flush: () => tracker.flush(),
    framesInUse: () => tracker.framesInUse(),
    save: () => tracker.save(),
    clockSetForward(byMs) {
      const { setBack, ...rest } = tracker.save()
      tracker = createTracker(options, { ...rest, setBack: setBack - byMs })
    },
  }
}
