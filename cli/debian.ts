import { spawnSync } from 'node:child_process'

/** A Debian program that some tests need, how to check for it, and its packages. */
export interface DebianPart {
  what: string
  check: readonly [string, ...string[]]
  packages: readonly string[]
}

const works = ([program, ...args]: readonly [string, ...string[]]): boolean =>
  spawnSync(program, args, { stdio: 'ignore' }).status === 0

/**
 * Installs missing packages with apt-get, as root or with sudo without a password; if neither is possible, says what to
 * install. Never fails: tests without their program are skipped, and say so.
 */
export function ensureDebianParts(parts: readonly DebianPart[], say: (line: string) => void): void {
  const missing = parts.filter(({ check }) => !works(check))
  if (missing.length === 0) return
  const packages = missing.flatMap((part) => part.packages)
  const names = missing.map(({ what }) => what).join(', ')
  const asRoot = process.getuid?.() === 0
  const apt = (...args: string[]) => {
    const words = ['apt-get', '-qq', '-y', ...args]
    const [program, ...rest] = asRoot ? words : ['sudo', '-n', ...words]
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    return spawnSync(program!, rest, { stdio: ['ignore', 'ignore', 2], env }).status === 0
  }
  if (works(['apt-get', '--version']) && (asRoot || works(['sudo', '-n', 'true']))) {
    say(`installing for the tests with apt-get: ${names} …`)
    const install = () => apt('install', '--no-install-recommends', ...packages)
    if (install() || (apt('update') && install())) return
    // apt-get installs nothing if it does not know one of the packages: each alone.
    for (const part of missing) apt('install', '--no-install-recommends', ...part.packages)
  }
  const rest = missing.filter(({ check }) => !works(check))
  if (rest.length === 0) return
  say(`not installed: ${rest.map(({ what }) => what).join(', ')}; tests that need them are skipped`)
  say(`  sudo apt-get install ${rest.flatMap((part) => part.packages).join(' ')}`)
}
