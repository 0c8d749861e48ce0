import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type ErrorCode, SightlineError } from '@sightline/schemas/errors'

/** Host programs that are started here, what needs them, and their Debian package. */
const PROGRAMS = {
  ffmpeg: { package: 'ffmpeg', needs: 'RTSP cameras, video files and V4L2 devices', code: 'FFMPEG_MISSING' },
  ffprobe: { package: 'ffmpeg', needs: 'RTSP cameras, video files and V4L2 devices', code: 'FFMPEG_MISSING' },
  chromium: { package: 'chromium', needs: 'viewing the console in a browser', code: 'PROGRAM_MISSING' },
  taskset: { package: 'util-linux', needs: 'benchmarks on one core', code: 'PROGRAM_MISSING' },
  stty: { package: 'coreutils', needs: 'a receiver on a serial port', code: 'PROGRAM_MISSING' },
} as const satisfies Record<string, { package: string; needs: string; code: ErrorCode }>

export type Program = keyof typeof PROGRAMS

/** Path of a program on the PATH; null when it is missing. */
export function findProgram(name: Program): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  return folders.map((folder) => join(folder, name)).find(isProgram) ?? null
}

/**
 * Finds a program before anything is started that would have to be undone without it.
 * @returns its path
 * @throws FFMPEG_MISSING, PROGRAM_MISSING
 */
export function requireProgram(name: Program): string {
  const path = findProgram(name)
  if (path === null) throw missingProgram(name)
  return path
}

/** The error for a missing program: its name, and how to install it. */
export function missingProgram(name: Program, cause?: unknown): SightlineError {
  const { package: from, needs, code } = PROGRAMS[name]
  return new SightlineError(code, `${name} is not installed`, {
    cause,
    hint: `Install it (sudo apt-get install ${from}): it is needed for ${needs}.`,
  })
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
