import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type ErrorCode, SightlineError } from '@sightline/schemas/errors'

/** Programs of the host that are started here, what needs them, and the Debian package they come in. */
const PROGRAMS = {
  ffmpeg: { package: 'ffmpeg', needs: 'RTSP cameras, video files and V4L2 devices', code: 'FFMPEG_MISSING' },
  ffprobe: { package: 'ffmpeg', needs: 'RTSP cameras, video files and V4L2 devices', code: 'FFMPEG_MISSING' },
  chromium: { package: 'chromium', needs: 'what looks at the console as people do', code: 'PROGRAM_MISSING' },
  taskset: { package: 'util-linux', needs: 'measuring on one core', code: 'PROGRAM_MISSING' },
  stty: { package: 'coreutils', needs: 'a receiver at a serial line', code: 'PROGRAM_MISSING' },
} as const satisfies Record<string, { package: string; needs: string; code: ErrorCode }>

export type Program = keyof typeof PROGRAMS

/** Where a program is on the PATH; null when it is not there. */
export function findProgram(name: Program): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  return folders.map((folder) => join(folder, name)).find(isProgram) ?? null
}

/**
 * Looks for a program before anything is begun that would have to be undone without it.
 * @returns where it is @throws FFMPEG_MISSING, PROGRAM_MISSING
 */
export function requireProgram(name: Program): string {
  const path = findProgram(name)
  if (path === null) throw missingProgram(name)
  return path
}

/** That a program is missing: its name, and how to have it. */
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
