import type { VideoFrame } from '@sightline/recognition/picture'
import { SightlineError } from '@sightline/schemas/errors'
import { MAX_PICTURE_PIXELS, MAX_PICTURE_SIDE } from '@sightline/schemas/jpeg'

/** Description of a source's video, and how to decode it. */
export interface Video {
  /** Index of the stream within the source. */
  stream: number
  /** Size of the resulting pictures in pixels: upright, with square pixels. */
  width: number
  height: number
  matrix: VideoFrame['matrix']
  /** Whether each picture consists of two halves taken one after the other (interlaced). */
  isInterlaced: boolean
  /** When a recording began, milliseconds since 1970: as it states itself, or derived from when its file was last written. */
  startedAt: number | null
}

/** Fields of each stream, and of the whole, requested from ffprobe. */
export const PROBED = [
  'stream=index,width,height,color_space,field_order,sample_aspect_ratio',
  'stream_disposition=attached_pic',
  'stream_side_data=rotation',
  'format=format_name,duration',
  'format_tags=creation_time',
].join(':')

interface Stream {
  index?: number
  width?: number
  height?: number
  color_space?: string
  field_order?: string
  sample_aspect_ratio?: string
  disposition?: { attached_pic?: number }
  side_data_list?: { rotation?: number }[]
}

interface Answer {
  streams?: Stream[]
  format?: { format_name?: string; duration?: string; tags?: { creation_time?: string } }
}

/**
 * If a source has several videos, the largest is the camera's; others are previews.
 * @param json the answer of ffprobe @param name of the source in messages
 * @param writtenAt when its file was last written, milliseconds since 1970; null for a live one
 * @throws SOURCE_INVALID when it is not a video, or larger than allowed
 */
export function videoOf(json: string, name: string, writtenAt: number | null): Video {
  const { streams = [], format } = JSON.parse(json) as Answer
  const container = format?.format_name ?? ''
  // ffmpeg also reads single pictures, as videos with one frame.
  if (container.endsWith('_pipe') || container === 'image2') {
    throw new SightlineError('SOURCE_INVALID', `${name} is a picture, not a video`, {
      hint: 'Read pictures with the source type folder.',
    })
  }
  const [stream] = streams
    .filter(({ disposition }) => disposition?.attached_pic !== 1)
    .toSorted((a, b) => areaOf(b) - areaOf(a))
  const { width, height } = shownSize(stream ?? {})
  const longest = Math.max(width, height, stream?.width ?? 0, stream?.height ?? 0)
  if (Math.max(width * height, areaOf(stream ?? {})) > MAX_PICTURE_PIXELS || longest > MAX_PICTURE_SIDE) {
    throw new SightlineError('SOURCE_INVALID', `${name} announces pictures of ${width}×${height} pixels`, {
      hint: `The limit is ${MAX_PICTURE_PIXELS / 1e6} megapixels, and ${MAX_PICTURE_SIDE} pixels a side.`,
    })
  }
  if (width < 1 || height < 1) throw new SightlineError('SOURCE_INVALID', `${name} contains no video`)
  const began = Date.parse(format?.tags?.creation_time ?? '')
  const lasted = Number(format?.duration ?? 0) * 1000 || 0
  // Never the current time: rereading a recording must give the same instants.
  const byItsEnd = writtenAt === null ? null : Math.round(writtenAt - lasted)
  // If nothing is stated, ffmpeg assumes the older one.
  const matrix = stream?.color_space === 'bt709' ? 'bt709' : 'bt601'
  return {
    stream: stream?.index ?? 0,
    width,
    height,
    matrix,
    isInterlaced: /^(tt|bb|tb|bt)$/.test(stream?.field_order ?? ''),
    startedAt: Number.isNaN(began) ? byItsEnd : began,
  }
}

const areaOf = ({ width = 0, height = 0 }: Stream) => width * height

/** A pixel aspect ratio farther from 1 than this is more likely wrong than right. */
const MOST_SQUEEZED = 4
/** Nobody sees a ratio closer to 1 than this. */
const LEAST_SQUEEZED = 1.02

/** The size at which the pictures look as the camera saw them: rotated upright by ffmpeg, with square pixels. */
function shownSize({ width = 0, height = 0, sample_aspect_ratio = '', side_data_list = [] }: Stream) {
  const [across = 1, down = 1] = sample_aspect_ratio.split(':').map(Number)
  const ratio = across > 0 && down > 0 ? across / down : 1
  const squeezed = Math.max(ratio, 1 / ratio)
  const isSqueezed = squeezed >= LEAST_SQUEEZED && squeezed <= MOST_SQUEEZED
  // Enlarged in one direction, and never reduced, so that nothing is lost.
  const size = {
    width: isSqueezed && ratio > 1 ? Math.round(width * ratio) : width,
    height: isSqueezed && ratio < 1 ? Math.round(height / ratio) : height,
  }
  const rotation = side_data_list.find((data) => data.rotation !== undefined)?.rotation ?? 0
  return Math.abs(Math.round(rotation / 90)) % 2 === 1 ? { width: size.height, height: size.width } : size
}
