import { pictureOf } from '@sightline/recognition/pictures/raw'
import type { Frame } from './frame.ts'
import { createFrameMemory, type FrameSlot } from './frame-memory.ts'
import type { Video } from './video.ts'

/** Puts the bytes and times of a video's frames, which come by two pipes, together. */
export interface PairUp {
  /** The next bytes of frames in YUV 4:2:0; they are copied. */
  bytes(chunk: Uint8Array): void
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
  let filled = 0

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
    bytes(chunk) {
      for (let at = 0; at < chunk.length; ) {
        const part = chunk.subarray(at, at + size - filled)
        slot.data.set(part, filled)
        filled += part.length
        at += part.length
        if (filled < size) break
        slots.push(slot)
        slot = memory.take()
        filled = 0
      }
      emitWhole()
    },
    time(seconds) {
      times.push(seconds)
      emitWhole()
    },
  }
}
