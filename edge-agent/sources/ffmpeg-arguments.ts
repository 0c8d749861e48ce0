import type { SourceConfig } from '../config/schema.ts'
import { PROBED, type Video } from './video.ts'

/** Sources that ffmpeg decodes. */
export type FfmpegSource = Extract<SourceConfig, { type: 'rtsp' | 'file' | 'v4l2' }> & {
  /** The address that ffmpeg opens in place of the camera's own. */
  through?: string
}

/** A connection that says nothing for so long is given up by ffmpeg itself, microseconds, if that is not too soon. */
const SOCKET_TIMEOUT_US = 10_000_000

/** Containers of video that are read from a file: none that points to other files. */
const VIDEOS =
  'mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,m4v,h264,hevc,av1,ivf,obu,flv,live_flv,asf,mjpeg,mxf,ogg,nut,dhav,yuv4mpegpipe'

/** How ffmpeg, and ffprobe, opens a source. */
export interface FfmpegInput {
  words: string[]
  /** What it reads from its standard input, if it does. */
  script?: string
}

/** How ffmpeg opens a source. An address may hold a password, and every user of the host can see arguments. */
export function inputOf(source: FfmpegSource): FfmpegInput {
  switch (source.type) {
    case 'rtsp':
      return {
        // The list of inputs looks at nothing itself: the input in it has done so.
        words: [
          ...['-flags', 'low_delay', '-analyzeduration', '0', '-fpsprobesize', '0'],
          ...['-protocol_whitelist', 'pipe,rtp,srtp,udp,tcp,tls,crypto'],
          // Nor is what it names anything but a camera's stream: the list and its input are all that is opened.
          ...['-format_whitelist', 'concat,rtsp'],
          ...['-f', 'concat', '-safe', '0', '-i', 'pipe:0'],
        ],
        script: rtspScript(source),
      }
    case 'v4l2':
      return { words: ['-f', 'v4l2', '-i', source.device] }
    case 'file':
      // Only files: a name such as `http://…` or `concat:…` in a configuration must not reach elsewhere.
      // And only videos: a file may be a list of other files (HLS, ffconcat, …), whatever its name.
      return { words: ['-protocol_whitelist', 'file', '-format_whitelist', VIDEOS, '-i', source.path] }
  }
}

/** One camera as a list of inputs. */
function rtspScript({
  url,
  through = url,
  transport = 'tcp',
  silentAfterSeconds = 0,
}: FfmpegSource & { type: 'rtsp' }) {
  const timeout = Math.max(SOCKET_TIMEOUT_US, silentAfterSeconds * 1_000_000)
  return [
    'ffconcat version 1.0',
    `file '${through.replaceAll("'", '%27')}'`,
    `option rtsp_transport ${transport}`,
    `option timeout ${timeout}`,
    // Live: do not wait to learn more about the stream than its first key frame tells.
    'option fflags nobuffer',
    'option analyzeduration 1000000',
    '',
  ].join('\n')
}

/**
 * Everything ffmpeg is told: decode (in hardware where there is some), put halves of pictures together, thin out to `maxFps`,
 * give each picture upright as `width` × `height` YUV 4:2:0 in limited range (what nearly all cameras send: nothing is converted)
 * to standard output, and the time of each on standard error. The size is fixed, so that a stream that changes its resolution in
 * the middle cannot shift the frames.
 */
export function ffmpegArguments(
  source: FfmpegSource,
  { stream, width, height, isInterlaced }: Video,
): string[] {
  const filters = [
    // Of two halves that were taken one after the other, what moves has teeth.
    ...(isInterlaced ? ['bwdif=mode=send_frame:deint=interlaced'] : []),
    ...(source.maxFps ? [`fps=${source.maxFps}`] : []),
    `scale=${width}:${height}:out_range=tv`,
    'format=yuv420p',
    'showinfo=checksum=0',
  ].join(',')
  return [
    ...['-hide_banner', '-nostdin', '-loglevel', 'info', '-nostats', '-threads', '1', '-hwaccel', 'auto'],
    ...inputOf(source).words,
    ...['-map', `0:${stream}`, '-vf', filters, '-fps_mode', 'passthrough'],
    ...['-f', 'rawvideo', 'pipe:1'],
  ]
}

/** What ffprobe is told: what `videoOf` needs of all video streams, as JSON. */
export function probeArguments(source: FfmpegSource): string[] {
  return [
    ...['-v', 'error', '-select_streams', 'v', '-show_entries', PROBED, '-of', 'json'],
    ...inputOf(source).words,
  ]
}

const PTS = /Parsed_showinfo.* n: *\d+ .*pts_time:(-?[\d.]+)/

/** The time of a frame within its stream, seconds, if this line of ffmpeg's log tells one. */
export function frameTime(logLine: string): number | undefined {
  const found = PTS.exec(logLine)
  return found ? Number(found[1]) : undefined
}
