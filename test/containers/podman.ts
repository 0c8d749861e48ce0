import { spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

/** Runs podman. */
export interface Podman {
  /** @returns what it printed @throws with what it said when it fails */
  (...words: string[]): Promise<string>
  /** @returns its exit status, and everything that it printed */
  look(...words: string[]): Promise<{ status: number; output: string }>
  readonly environment: NodeJS.ProcessEnv
}

/** What a machine without systemd and without the right to raise limits needs; harmless on others. */
const CONFIGURATION = `[network]
network_backend = "netavark"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
log_driver = "k8s-file"
`

/** Programs of Debian, by what they are looked for. */
const PROGRAMS = {
  podman: '/usr/bin/podman',
  runc: '/usr/sbin/runc',
  netavark: '/usr/lib/podman/netavark',
  'aardvark-dns': '/usr/lib/podman/aardvark-dns',
  iptables: '/usr/sbin/iptables',
  debootstrap: '/usr/sbin/debootstrap',
}

/** What is missing on this machine: packages of Debian, and root. */
export function missingHere(): string[] {
  const packages = Object.entries(PROGRAMS).flatMap(([name, path]) => (existsSync(path) ? [] : [name]))
  return process.getuid?.() === 0 ? packages : ['root', ...packages]
}

/** @param folder for podman's own configuration */
export function openPodman(folder: string): Podman {
  const file = join(folder, 'containers.conf')
  writeFileSync(file, CONFIGURATION)
  const environment = { ...process.env, CONTAINERS_CONF: file }
  const look: Podman['look'] = async (...words) => {
    const child = spawn('podman', words, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
    const ended = new Promise<number>((resolve) => child.on('exit', (status) => resolve(status ?? 1)))
    const [status, out, error] = await Promise.all([ended, text(child.stdout), text(child.stderr)])
    return { status, output: out + error }
  }
  const podman = async (...words: string[]) => {
    const { status, output } = await look(...words)
    if (status === 0) return output.trim()
    throw new Error(`podman ${words.slice(0, 3).join(' ')} …: ${output.trim().slice(-2000)}`)
  }
  return Object.assign(podman, { look, environment })
}
