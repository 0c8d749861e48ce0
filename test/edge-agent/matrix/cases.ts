/** The formats in which one scene comes to the agent, and what each may change of what is read. */

export interface Size {
  readonly width: number
  readonly height: number
  /** Width of a pixel by its height, where it is not a square; the scene is squeezed by as much. */
  readonly sar?: string
  /** Whether the stream says so. Some cameras do not. */
  readonly isSarTold?: boolean
}

const square = (text: string): Size[] =>
  text.split(/\s+/).map((size) => {
    const [width = 0, height = 0] = size.split('x').map(Number)
    return { width, height }
  })

/** From the smallest analog recorder to 4K: what cameras are set to, and sizes that no program is tuned to. */
export const SIZES: readonly Size[] = [
  ...square(`352x240 352x288 480x270 480x360 640x352 640x360 640x480 704x480 704x576 720x480 720x576 800x450
    800x600 848x480 854x480 960x540 960x576 1024x576 1024x768 1152x648 1280x720 1280x960 1280x1024 1440x1080 1600x900
    1600x1200 1920x1080 1920x1088 2048x1536 2304x1296 2560x1440 2592x1944 2688x1520 3840x2160 720x1280`),
  { width: 960, height: 1080, sar: '2/1', isSarTold: true },
]

export const WAYS = ['jpeg', 'png', 'mjpeg', 'h264', 'h265'] as const
export type Way = (typeof WAYS)[number]

export interface Case {
  readonly way: Way
  /** The video comes over the network from a real server, not from a file. */
  readonly over?: 'rtsp'
  readonly size: Size
  /** What is special about it. */
  readonly what?: string
  /** Words of ffmpeg's for the encoder: pixel format, range, … */
  readonly encoder?: readonly string[]
  /** Filters of ffmpeg's behind the scaling. */
  readonly filter?: string
  /** The picture is stored turned by so many degrees, and says so. */
  readonly rotation?: 90 | 180 | 270
  /** EXIF orientation of a JPEG, 1 to 8. */
  readonly orientation?: number
  /** Another video beside it, in the same file. */
  readonly second?: 'small before' | 'small behind'
  /** Each frame is woven of two fields, between which the vehicle moved. */
  readonly isInterlaced?: boolean
}

const hd: Size = { width: 1280, height: 720 }
const full: Size = { width: 1920, height: 1080 }
const range = (name: 'pc' | 'tv') => `scale=out_range=${name}`
const bt709 = ['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709']

/** Pixels, ranges, turns, fields and tracks, each at a size or two. */
export const VARIANTS: readonly Case[] = [
  ...(['h264', 'h265'] as const).flatMap((way): Case[] => [
    ...['yuv420p', 'yuv422p', 'yuv444p', 'yuv420p10le', 'yuv422p10le', 'yuv444p10le', 'gray'].flatMap(
      (pixels) => [
        { way, size: hd, what: pixels, encoder: ['-pix_fmt', pixels] },
        {
          way,
          size: hd,
          what: `${pixels}, full range`,
          encoder: ['-pix_fmt', pixels, '-color_range', 'pc'],
          filter: range('pc'),
        },
      ],
    ),
    { way, size: { width: 853, height: 481 }, what: 'odd, yuv444p', encoder: ['-pix_fmt', 'yuv444p'] },
    {
      way,
      size: full,
      what: 'bt709',
      encoder: ['-pix_fmt', 'yuv420p', ...bt709],
      filter: 'scale=out_color_matrix=bt709',
    },
    ...([90, 180, 270] as const).flatMap((rotation) => [
      { way, size: hd, what: `turned by ${rotation}°`, rotation },
      { way, size: { width: 720, height: 1280 }, what: `upright, turned by ${rotation}°`, rotation },
    ]),
    { way, size: { width: 704, height: 480, sar: '10/11', isSarTold: true }, what: 'pixels 10:11' },
    { way, size: { width: 704, height: 576, sar: '16/11', isSarTold: true }, what: 'pixels 16:11' },
    {
      way,
      size: { width: 960, height: 1080, sar: '2/1', isSarTold: true },
      what: 'pixels 2:1, turned by 90°',
      rotation: 90,
    },
    { way, size: { width: 1440, height: 1080, sar: '4/3' }, what: 'pixels 4:3, not told' },
    { way, size: hd, what: 'a small video before it', second: 'small before' },
    { way, size: hd, what: 'a small video behind it', second: 'small behind' },
  ]),
  { way: 'h264', size: full, what: 'interlaced', isInterlaced: true },
  { way: 'h264', size: { width: 704, height: 576 }, what: 'interlaced', isInterlaced: true },
  ...[1, 2, 3, 4, 5, 6, 7, 8].map(
    (orientation): Case => ({ way: 'jpeg', size: hd, what: `EXIF ${orientation}`, orientation }),
  ),
  ...[3, 6, 8].map(
    (orientation): Case => ({ way: 'mjpeg', size: hd, what: `EXIF ${orientation}`, orientation }),
  ),
  { way: 'jpeg', size: hd, what: 'gray', encoder: ['gray'] },
  { way: 'png', size: hd, what: 'gray', encoder: ['gray'] },
  { way: 'png', size: hd, what: '16 bits', encoder: ['16'] },
  { way: 'png', size: hd, what: 'alpha', encoder: ['alpha'] },
  { way: 'png', size: hd, what: 'palette', encoder: ['palette'] },
  { way: 'jpeg', size: hd, what: 'progressive', encoder: ['progressive'] },
  { way: 'jpeg', size: hd, what: '4:4:4', encoder: ['444'] },
  { way: 'jpeg', size: { width: 853, height: 481 }, what: 'odd' },
  { way: 'png', size: { width: 853, height: 481 }, what: 'odd' },
]

export const nameOf = ({ way, over, size: { width, height }, what }: Case) =>
  `${way}${over ? ' over RTSP' : ''} ${width}×${height}${what === undefined ? '' : `, ${what}`}`

/** What RTSP carries: the picture's size and pixels stand in the video itself; a turn is of the file that it would be in. */
const OVER_RTSP: readonly Case[] = (['h264', 'h265'] as const).flatMap((way) => [
  ...SIZES.map((size): Case => ({ way, size, over: 'rtsp' })),
  ...VARIANTS.filter((one) => one.way === way && !one.rotation && !one.second).map(
    (one): Case => ({ ...one, over: 'rtsp' }),
  ),
])

const ALL: readonly Case[] = [
  ...SIZES.flatMap((size) => WAYS.map((way) => ({ way, size }))),
  ...VARIANTS,
  ...OVER_RTSP,
]

/** All, or for each run some of every kind: each size once, by another way each, and variants that failed before. */
export function cases(isLong: boolean): readonly Case[] {
  if (isLong) return ALL
  const small = SIZES.filter(({ width, height }) => width * height <= 2_100_000)
  const sizes = small.flatMap((size, n): Case[] =>
    n % 4 === 0 ? [{ way: WAYS[(n / 4) % WAYS.length]!, size }] : [],
  )
  const wanted = [
    'h264 1280×720, yuv422p10le, full range',
    'h264 1280×720, gray',
    'h264 1280×720, turned by 90°',
    'h264 1280×720, a small video before it',
    'h264 1920×1080, interlaced',
    'h264 704×576, pixels 16:11',
    'h265 1280×720, yuv420p10le',
    'jpeg 1280×720, EXIF 6',
    'mjpeg 1280×720, EXIF 8',
    'png 1280×720, gray',
    'png 1280×720, 16 bits',
    'h264 over RTSP 704×576, pixels 16:11',
    'h265 over RTSP 1280×720, yuv420p10le',
  ]
  return [...sizes, ...[...VARIANTS, ...OVER_RTSP].filter((one) => wanted.includes(nameOf(one)))]
}

/** @param part the first and the last to keep, as `283-369`; without it all */
export function partOf(all: readonly Case[], part: string | undefined): readonly Case[] {
  if (!part) return all
  const [first, last] = /^(\d+)-(\d+)$/.exec(part)?.slice(1).map(Number) ?? []
  if (first === undefined || last === undefined)
    throw new Error(
      `SIGHTLINE_MATRIX_PART is ${part}; write the first and the last format, for example 283-369`,
    )
  return all.slice(first, last + 1)
}
