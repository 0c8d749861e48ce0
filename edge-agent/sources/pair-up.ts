import { pictureOf } from '@sightline/recognition/pictures/raw'
import type { Frame } from './frame.ts'
import { createFrameMemory, type FrameSlot } from './frame-memory.ts'
import type { Video } from './video.ts'

/** Combines the bytes and times of a video's frames, which arrive through two pipes. */
export interface PairUp {
  /** Where to write the next bytes of YUV 4:2:0 frames: the rest of the frame being filled. */
  room(): Uint8Array
  /** This many bytes have been written into it. */
  filled(count: number): void
  /** The next frame's time within its stream, seconds. */
  time(seconds: number): void
  /** No more data follows; frames already passed on stay valid. */
  close(): void
}

/**
 * @param emit called with each complete frame
 * @param name of the frames in messages
 * @param timing converts a time within the stream into a frame's instant and gap
 */
export function pairUp(
  emit: (frame: Frame) => void,
  { width, height, matrix }: Pick<Video, 'width' | 'height' | 'matrix'>,
  name: string,
  timing: (time: number) => Pick<Frame, 'seenAt' | 'missed'>,
): PairUp {
  const size = width * height + 2 * Math.ceil(width / 2) * Math.ceil(height / 2)
  const memory = createFrameMemory(size)
  const slots: FrameSlot[] = []
  const times: number[] = []
  let slot = memory.take()
  let length = 0

  function emitWhole(): void {
    while (slots.length > 0 && times.length > 0) {
      const { data, release, hold } = slots.shift()!
      emit({
        name,
        ...timing(times.shift()!),
        open: async () => pictureOf({ width, height, matrix, data }),
        release: async () => release(),
        reject: async () => release(),
        hold,
      })
    }
  }
  return {
    room: () => slot.data.subarray(length),
    filled(count) {
      length += count
      if (length < size) return
      slots.push(slot)
      slot = memory.take()
      length = 0
      emitWhole()
    },
    time(seconds) {
      times.push(seconds)
      emitWhole()
    },
    close() {
      for (const { release } of slots.splice(0)) release()
      memory.close()
    },
  }
}
