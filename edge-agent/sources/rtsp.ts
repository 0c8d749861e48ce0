import type { Clock } from '@sightline/runtime/clock'
import type { SourceConfig } from '../config/schema.ts'
import { openTunnel } from '../network/tunnel.ts'
import type { Access } from './access.ts'
import { parseAddress } from './address.ts'
import { ffmpegFrames } from './ffmpeg.ts'
import type { Frame } from './frame.ts'

type Rtsp = Extract<SourceConfig, { type: 'rtsp' }>

/**
 * The frames of an RTSP camera. ffmpeg does not check certificates over RTSPS, so TLS is handled here.
 * @throws SOURCE_NAME_UNKNOWN, SOURCE_REFUSED, SOURCE_UNTRUSTED, SOURCE_DENIED, SOURCE_PATH_UNKNOWN, SOURCE_INVALID,
 * SOURCE_UNAVAILABLE, FFMPEG_MISSING
 */
export async function* rtspFrames(
  { source, trust }: Access<Rtsp>,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<Frame> {
  if (!/^rtsps:/i.test(source.url)) return yield* ffmpegFrames(source, clock, signal)
  const { user, password, rest } = parseAddress(source.url)!
  const tunnel = await openTunnel(source.url, trust)
  const login = user === undefined ? '' : `${user}${password === undefined ? '' : `:${password}`}@`
  try {
    yield* ffmpegFrames(
      { ...source, through: `rtsp://${login}127.0.0.1:${tunnel.port}${rest}` },
      clock,
      signal,
    )
  } catch (thrown) {
    throw tunnel.trouble() ?? thrown
  } finally {
    tunnel.close()
  }
}
