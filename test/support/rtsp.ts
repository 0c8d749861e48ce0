import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const SCRIPT = fileURLToPath(new URL('rtsp-server.py', import.meta.url))
/** Debian's Python: its GStreamer bindings belong to it alone. */
const PYTHON = '/usr/bin/python3'

/** What these tests need of Debian beside the project's packages. */
export const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0
export const hasRtspServer =
  hasFfmpeg && spawnSync(PYTHON, ['-c', "import gi; gi.require_version('GstRtspServer', '1.0')"]).status === 0

/** A test picture with a counter, as H.264 or H.265 by the file's name. @param seconds length */
export function makeVideo(path: string, { seconds = 2, size = '320x240', rate = 10 } = {}): void {
  const encoder = path.includes('h265')
    ? ['libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none']
    : ['libx264']
  const input = `testsrc=size=${size}:rate=${rate}:duration=${seconds}`
  const words = [
    '-v',
    'error',
    '-f',
    'lavfi',
    '-i',
    input,
    '-c:v',
    ...encoder,
    '-g',
    String(rate),
    '-y',
    path,
  ]
  const { status, stderr } = spawnSync('ffmpeg', words, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`ffmpeg: ${stderr}`)
}

/** A real RTSP server that plays a file. */
export async function startRtspServer(
  file: string,
  port: number,
  login: string[] = [],
): Promise<ChildProcess> {
  const server = spawn(PYTHON, [SCRIPT, file, String(port), ...login], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(server.stdout!, 'data')
  return server
}
