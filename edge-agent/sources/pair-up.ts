import { pictureOf } from '@sightline/recognition/pictures/raw'
import type { Frame } from './frame.ts'
import { createFrameMemory, type FrameSlot } from './frame-memory.ts'
import type { Video } from './video.ts'

/** Puts the bytes and times of a video's frames, which come by two pipes, together. */
export interface PairUp {
  /** Where the next bytes of frames in YUV 4:2:0 go: what is left of the frame that is being filled. */
  room(): Uint8Array
  /** So many of them are there now. */
  filled(count: number): void
  /** The next frame's time within its stream, seconds. */
  time(seconds: number): void
}

/**
 * @param emit told of each frame as soon as it is whole
 * @param name how messages call the frames
 * @param timing turns a time within the stream into what a frame says of it
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
  }
}
