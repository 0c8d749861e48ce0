import type { SourceConfig } from '../config/schema.ts'

/** Sources that ffmpeg decodes. */
export type FfmpegSource = Extract<SourceConfig, { type: 'rtsp' | 'file' | 'v4l2' }>

/** A connection that says nothing for so long is given up by ffmpeg itself, microseconds, if that is not too soon. */
const SOCKET_TIMEOUT_US = 10_000_000

/** How ffmpeg opens a source; the same words for ffprobe. */
export function inputArguments(source: FfmpegSource): string[] {
  switch (source.type) {
    case 'rtsp': {
      const timeout = Math.max(SOCKET_TIMEOUT_US, (source.silentAfterSeconds ?? 0) * 1_000_000)
      return [
        ...['-rtsp_transport', String(source.transport ?? 'tcp'), '-timeout', String(timeout)],
        // Live: do not wait to learn more about the stream than its first key frame tells.
        ...['-fflags', 'nobuffer', '-flags', 'low_delay', '-analyzeduration', '1000000', '-i', source.url],
      ]
    }
    case 'v4l2':
      return ['-f', 'v4l2', '-i', source.device]
    case 'file':
      // Only files: a name such as `http://…` or `concat:…` in a configuration must not reach elsewhere.
      return ['-protocol_whitelist', 'file', '-i', source.path]
  }
}

/**
 * Everything ffmpeg is told: decode (in hardware where there is some), thin out to `maxFps`, give each picture
 * as `width` × `height` YUV 4:2:0 in limited range (what nearly all cameras send: nothing is converted) to standard
 * output, and the time of each on standard error. The size is fixed, so
 * that a stream that changes its resolution in the middle cannot shift the frames.
 */
export function ffmpegArguments(source: FfmpegSource, width: number, height: number): string[] {
  const thin = source.maxFps ? [`fps=${source.maxFps}`] : []
  const filters = [
    ...thin,
    `scale=${width}:${height}:out_range=tv`,
    'format=yuv420p',
    'showinfo=checksum=0',
  ].join(',')
  return [
    ...['-hide_banner', '-nostdin', '-loglevel', 'info', '-nostats', '-threads', '1', '-hwaccel', 'auto'],
    ...inputArguments(source),
    ...['-an', '-sn', '-dn', '-vf', filters, '-fps_mode', 'passthrough'],
    ...['-f', 'rawvideo', 'pipe:1'],
  ]
}

/** What ffprobe is told: the size of the first video stream, as JSON. */
export function probeArguments(source: FfmpegSource): string[] {
  return [
    ...[
      '-v',
      'error',
      '-select_streams',
      'v:0',
      '-show_entries',
      'stream=width,height,color_space:format=format_name,duration:format_tags=creation_time',
      '-of',
      'json',
    ],
    ...inputArguments(source),
  ]
}

const PTS = /Parsed_showinfo.* n: *\d+ .*pts_time:(-?[\d.]+)/

/** The time of a frame within its stream, seconds, if this line of ffmpeg's log tells one. */
export function frameTime(logLine: string): number | undefined {
  const found = PTS.exec(logLine)
  return found ? Number(found[1]) : undefined
}
