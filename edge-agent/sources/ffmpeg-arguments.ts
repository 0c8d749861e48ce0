import type { SourceConfig } from '../config/schema.ts'
import { PROBED, type Video } from './video.ts'

/** Sources that ffmpeg decodes. */
export type FfmpegSource = Extract<SourceConfig, { type: 'rtsp' | 'file' | 'v4l2' }> & {
  /** Address for ffmpeg, if different from the camera's own. */
  through?: string
}

/** ffmpeg itself closes a connection that is silent for this long, microseconds, unless that is too soon. */
const SOCKET_TIMEOUT_US = 10_000_000

/** Video containers allowed for files: none can refer to other files. */
export const VIDEOS =
  'mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,m4v,h264,hevc,av1,ivf,obu,flv,live_flv,asf,mjpeg,mxf,ogg,nut,dhav,yuv4mpegpipe'

/** How ffmpeg and ffprobe open a source. */
export interface FfmpegInput {
  words: string[]
  /** Content for its standard input, if any. */
  script?: string
}

/** How ffmpeg opens a source. An address may contain a password, and every user of the host can see arguments. */
export function inputOf(source: FfmpegSource): FfmpegInput {
  switch (source.type) {
    case 'rtsp':
      return {
        // The list of inputs does not probe anything itself: its input already has.
        words: [
          ...['-flags', 'low_delay', '-analyzeduration', '0', '-fpsprobesize', '0'],
          ...['-protocol_whitelist', 'pipe,rtp,srtp,udp,tcp,tls,crypto'],
          // Nor may its entry be anything but a camera's stream: only the list and its input are opened.
          ...['-format_whitelist', 'concat,rtsp'],
          ...['-f', 'concat', '-safe', '0', '-i', 'pipe:0'],
        ],
        script: rtspScript(source),
      }
    case 'v4l2':
      return { words: ['-f', 'v4l2', '-i', source.device] }
    case 'file':
      // Only files: a name such as `http://…` or `concat:…` in a configuration must not reach anything else.
      // And only videos: a file may be a list of other files (HLS, ffconcat, …), whatever its name.
      return { words: ['-protocol_whitelist', 'file', '-format_whitelist', VIDEOS, '-i', source.path] }
  }
}

/** A list of inputs with one camera. */
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
    // Live: learn no more about the stream than its first key frame shows.
    'option fflags nobuffer',
    'option analyzeduration 1000000',
    '',
  ].join('\n')
}

/**
 * All arguments of ffmpeg: decode (in hardware if available), join the two halves of an interlaced picture, reduce to
 * `maxFps`, and write each picture upright, as `width` × `height` YUV 4:2:0 in limited range (nearly all cameras send that,
 * so nothing is converted), to standard output, and its time to standard error. The size is fixed, so that a stream that
 * changes its resolution cannot shift the frames.
 */
export function ffmpegArguments(
  source: FfmpegSource,
  { stream, width, height, isInterlaced }: Video,
): string[] {
  const filters = [
    // Between halves taken one after the other, moving objects have comb-like edges.
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

/** Arguments of ffprobe: it prints what `videoOf` needs about all video streams, as JSON. */
export function probeArguments(source: FfmpegSource): string[] {
  return [
    ...['-v', 'error', '-select_streams', 'v', '-show_entries', PROBED, '-of', 'json'],
    ...inputOf(source).words,
  ]
}

const PTS = /Parsed_showinfo.* n: *\d+ .*pts_time:(-?[\d.]+)/

/** The time of a frame within its stream, seconds, if this line of ffmpeg's log contains one. */
export function frameTime(logLine: string): number | undefined {
  const found = PTS.exec(logLine)
  return found ? Number(found[1]) : undefined
}
