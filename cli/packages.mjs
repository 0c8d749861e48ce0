// Whether node_modules has what package-lock.json says. Plain JavaScript without dependencies, because the launcher runs it first.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const lockOf = (root) => join(root, 'package-lock.json')
const markOf = (root) => join(root, 'node_modules', '.sightline-lock')
/** Where npm writes what it has installed, at the end of an installation. */
const recordOf = (root) => join(root, 'node_modules', '.package-lock.json')

const hashOfLock = (root) =>
  createHash('sha256')
    .update(readFileSync(lockOf(root)))
    .digest('hex')
const changedAt = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0)

/**
 * Packages that are missing or have another version, in words for a person. Reads some 600 files: about 50 ms.
 * @returns e.g. `fastify is 5.12.7 instead of 5.12.8`
 */
export function wrongPackages(root) {
  const { packages } = JSON.parse(readFileSync(lockOf(root), 'utf8'))
  return Object.entries(packages).flatMap(([path, locked]) => {
    if (!path.includes('node_modules/')) return []
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    const about = join(root, path, 'package.json')
    const { version, link, optional, devOptional } = locked
    if (!existsSync(about))
      return (optional || devOptional) && !isForHere(locked) ? [] : [`${name} is missing`]
    const found = link ? version : readVersion(about)
    return found === version ? [] : [`${name} is ${found} instead of ${version}`]
  })
}

/**
 * Whether an optional package is the part for this platform; without it compiler, engines and database do not start.
 * Parts for other platforms are missing on purpose.
 */
const isForHere = ({ os = [], cpu = [], libc }) =>
  os.includes(process.platform) && cpu.includes(process.arch) && (!libc || libc.includes(libcHere()))

/** As npm finds it. */
function libcHere() {
  process.report.excludeNetwork = true
  return process.report.getReport().header.glibcVersionRuntime ? 'glibc' : 'musl'
}

function readVersion(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).version
  } catch {
    return 'broken'
  }
}

/** Records that node_modules has what package-lock.json says. */
export const markInstalled = (root) => ifAllowed(() => writeFileSync(markOf(root), hashOfLock(root)))

/** In another user's clone this cannot be recorded; then the next start checks again. */
function ifAllowed(write) {
  try {
    write()
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(error.code)) throw error
  }
}

/**
 * Why packages have to be installed.
 * @returns null when they need not be; an empty list when package-lock.json is new; else what is wrong
 */
export function reasonsToInstall(root) {
  const mark = markOf(root)
  if (!existsSync(mark) || readFileSync(mark, 'utf8') !== hashOfLock(root)) return []
  // Since the record was written, somebody has run npm by hand, interrupted it, or copied the folder.
  const isTouched =
    Math.max(changedAt(join(root, 'node_modules')), changedAt(recordOf(root))) > changedAt(mark)
  if (!isTouched) return null
  const wrong = wrongPackages(root)
  if (wrong.length > 0) return wrong
  markInstalled(root)
  return null
}

/** Makes npm check the packages themselves: after an interruption its own record is wrong. */
export const forgetRecord = (root) => ifAllowed(() => rmSync(recordOf(root), { force: true }))
