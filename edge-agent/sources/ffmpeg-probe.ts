import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { promisify } from 'node:util'
import { missingProgram } from '@sightline/runtime/program'
import { SightlineError } from '@sightline/schemas/errors'
import { deniedLogin, nameUnknown, pathUnknown, refusedConnection, unavailable } from '../network/cause.ts'
import { parseAddress } from './address.ts'
import { withoutAddresses, withoutCredentials, withoutSecrets } from './credentials.ts'
import { type FfmpegSource, inputOf, probeArguments } from './ffmpeg-arguments.ts'
import { type Video, videoOf } from './video.ts'

const run = promisify(execFile)

/** Time limit for a camera to describe its stream, milliseconds. */
const PROBE_MS = 15_000

/** Name of a source in messages. */
export const nameOf = (source: FfmpegSource): string =>
  source.type === 'rtsp'
    ? withoutCredentials(source.url)
    : source.type === 'file'
      ? source.path
      : source.device

/**
 * Asks a source what it sends.
 * @throws FFMPEG_MISSING, SOURCE_DENIED, SOURCE_INVALID, SOURCE_UNAVAILABLE
 */
export async function probe(source: FfmpegSource, signal: AbortSignal): Promise<Video> {
  try {
    const running = run('ffprobe', probeArguments(source), { timeout: PROBE_MS, signal })
    tell(running.child.stdin, source)
    const { stdout } = await running
    const writtenAt = source.type === 'file' ? (await stat(source.path)).mtimeMs : null
    return videoOf(stdout, nameOf(source), writtenAt)
  } catch (cause) {
    throw cause instanceof SightlineError ? cause : sourceError(cause, source)
  }
}

/** Writes to the standard input of ffmpeg or ffprobe. */
export function tell(input: Writable | null, source: FfmpegSource): void {
  // It may have ended before reading: its status says why.
  input?.on('error', () => {})
  input?.end(inputOf(source).script)
}

/** Why an RTSP camera fails, if ffmpeg says so. @param words of its log, without addresses */
function refusalOf(words: string, { url }: FfmpegSource & { type: 'rtsp' }): SightlineError | undefined {
  const name = withoutCredentials(url)
  if (/Failed to resolve hostname/.test(words)) return nameUnknown(name)
  if (/Connection refused/.test(words)) return refusedConnection(name)
  if (/(?:failed:|returned) 40[13]\b|Unauthorized|Forbidden/.test(words)) {
    return deniedLogin(name, parseAddress(url)?.user !== undefined)
  }
  if (/(?:failed:|returned) (?:404|454)\b|404 Not Found/.test(words)) return pathUnknown(name)
  if (/(?:failed:|returned) 461\b|Unsupported transport/i.test(words)) {
    return unavailable(
      name,
      'it does not support this transport',
      undefined,
      'Set transport in its source to tcp, or to udp.',
    )
  }
  if (/No route to host|Network is unreachable/.test(words)) {
    return unavailable(name, 'this network has no route to it')
  }
  return /timed out/.test(words) ? unavailable(name, 'it does not answer') : undefined
}

/** The result of a failed ffmpeg or ffprobe as our own error; it repeats no credentials. */
export function sourceError(cause: unknown, source: FfmpegSource): SightlineError {
  const { code, stderr = '', killed } = cause as { code?: unknown; stderr?: string; killed?: boolean }
  const name = nameOf(source)
  if (code === 'ENOENT') {
    const { path } = cause as { path?: string }
    return missingProgram(path === 'ffprobe' ? 'ffprobe' : 'ffmpeg', cause)
  }
  const address = source.type === 'rtsp' ? source.url : ''
  const words = address ? withoutAddresses(stderr, address) : stderr
  const refusal = source.type === 'rtsp' ? refusalOf(words, source) : undefined
  if (refusal) return refusal
  if (
    /Invalid data|not in .*format_whitelist|Format not on whitelist|moov atom not found|does not contain any stream|Invalid argument/.test(
      words,
    )
  ) {
    return new SightlineError('SOURCE_INVALID', `${name} sends something that is not video`, {
      hint: 'Use ffplay to see what the address sends.',
    })
  }
  // Remove secrets before cutting: a part of a password would not be recognized as one.
  const lastLine = stderr.trim().split('\n').at(-1) ?? ''
  const said = (address ? withoutSecrets(lastLine, address) : lastLine).replace(/^.*: /, '').slice(0, 120)
  const reason = killed ? 'no answer' : said
  return new SightlineError('SOURCE_UNAVAILABLE', `${name} cannot be opened${reason ? `: ${reason}` : ''}`, {
    hint: 'Check that the camera is on and reachable; the agent keeps trying.',
  })
}
