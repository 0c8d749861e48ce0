import { spawnSync } from 'node:child_process'

/** A program of Debian's that some tests need, how to see whether it is there, and its packages. */
export interface DebianPart {
  what: string
  check: readonly [string, ...string[]]
  packages: readonly string[]
}

const works = ([program, ...args]: readonly [string, ...string[]]): boolean =>
  spawnSync(program, args, { stdio: 'ignore' }).status === 0

/**
 * Installs what is missing with apt-get, as root or by sudo without a password; where neither is possible, says
 * what to install. Never fails: the tests that need a part skip without it, and say so.
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
    say(`installing for the tests, with apt-get: ${names} …`)
    const install = () => apt('install', '--no-install-recommends', ...packages)
    if (install() || (apt('update') && install())) return
  }
  say(`not installed: ${names}; the tests that need them are skipped`)
  say(`  sudo apt-get install ${packages.join(' ')}`)
}
