import { execFileSync } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import {
  type ComposeFile,
  networksOf,
  type Place,
  podmanArguments,
  type Service,
  startOrder,
} from './compose-file.ts'
import type { Podman } from './podman.ts'

/** The services of docker-compose.yml under podman, as `docker compose up` would start them. */
export interface Project {
  readonly names: readonly string[]
  /** Starts everything in order, each service when those that it depends on are ready. */
  up(): Promise<void>
  /** Replaces one service by a container of another image, on the same volumes, and waits until it is healthy. */
  replace(name: string, image: string): Promise<void>
  /** Ends the process of a service as lack of memory would; what restarts it is what the file says. */
  kill(name: string): Promise<void>
  freeze(name: string, ms: number): Promise<void>
  /** Takes a service out of a network for a time. */
  cut(name: string, network: string, ms: number): Promise<void>
  /** The same for a container that is no service of the file. */
  pullCable(which: string, network: string, ms: number): Promise<void>
  /** Waits until a service is healthy. @throws after `LATEST_MS`, with the end of its log */
  healthy(name: string): Promise<void>
  log(name: string): Promise<string>
  folderOf(volume: string): string
  gatewayOf(network: string): string
  container(name: string): string
  imageOf(name: string): string
  /** What a program in a service's container prints. */
  inside(name: string, ...words: string[]): Promise<string>
  /** Removes containers, networks and volumes. */
  down(): Promise<void>
}

export interface ProjectOptions {
  readonly podman: Podman
  readonly file: ComposeFile
  /** The beginning of every name here; a project of this name that is left over is removed. */
  readonly project: string
  /** Ports of this machine by service and port of the container. */
  readonly ports: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly mostFiles: number
  /** The first two figures of the networks' addresses. */
  readonly subnet: string
  say(line: string): void
}

const LATEST_MS = 180_000
const LOOK_MS = 500

export async function openProject(options: ProjectOptions): Promise<Project> {
  const { podman, file, project, ports, mostFiles, subnet, say } = options
  const container = (name: string) => `${project}-${name}`
  const folders = new Map<string, string>()
  const folderOf = (volume: string) => folders.get(volume)!
  const networks = Object.keys(file.networks)
  const gatewayOf = (network: string) => `${subnet}.${networks.indexOf(network)}.1`

  async function down(): Promise<void> {
    const left = await podman('ps', '--all', '--quiet', '--filter', `label=project=${project}`)
    if (left) await podman('rm', '--force', '--time', '0', ...left.split('\n'))
    for (const kind of ['network', 'volume']) {
      const names = (await podman(kind, 'ls', '--format', '{{.Name}}')).split('\n')
      const ours = names.filter((name) => name.startsWith(`${project}_`))
      if (ours.length > 0) await podman(kind, 'rm', '--force', ...ours)
    }
  }

  const serviceOf = (name: string): Service => file.services[name]!

  async function start(name: string, image?: string): Promise<void> {
    const place: Place = { project, folderOf, mostFiles, ports: ports[name] ?? {}, ...(image && { image }) }
    await podman('run', '--detach', ...podmanArguments(name, serviceOf(name), place))
  }

  async function isHealthy(name: string): Promise<boolean> {
    const [way, ...words] = serviceOf(name).healthcheck?.test ?? []
    if (way !== 'CMD') throw new Error(`${name} has no health check that is a command`)
    return (await podman.look('exec', container(name), ...words)).status === 0
  }

  async function until(what: string, name: string, isSo: () => Promise<boolean>): Promise<void> {
    const end = performance.now() + LATEST_MS
    while (!(await isSo())) {
      if (performance.now() > end)
        throw new Error(`${name} is not ${what}:\n${(await log(name)).slice(-3000)}`)
      await pause(LOOK_MS)
    }
  }

  const healthy = (name: string) => until('healthy', name, () => isHealthy(name))

  const finished = (name: string) =>
    until('finished', name, async () => {
      const [state, status] = (
        await podman('inspect', '--format', '{{.State.Status}} {{.State.ExitCode}}', container(name))
      ).split(' ')
      // One that failed is started again, if the file says so.
      if (state === 'exited' && status !== '0' && serviceOf(name).restart === 'no')
        throw new Error(`${name} ended with ${status}:\n${await log(name)}`)
      return state === 'exited' && status === '0'
    })

  const log = async (name: string) => (await podman.look('logs', container(name))).output

  /** podman forgets the published ports of a container that it takes out of a network. */
  async function pullCable(which: string, network: string, ms: number): Promise<void> {
    const pid = await podman('inspect', '--format', '{{.State.Pid}}', which)
    const within = (...words: string[]) =>
      execFileSync('nsenter', ['--target', pid, '--net', 'ip', ...words], { encoding: 'utf8' })
    const range = `${subnet}.${networks.indexOf(network)}.`
    const line = within('-o', '-4', 'addr')
      .split('\n')
      .find((one) => one.includes(` ${range}`))
    const cable = /^\d+: (\S+)/.exec(line ?? '')?.[1]
    if (!cable) throw new Error(`${which} is not in ${network}`)
    const routes = within('route', 'show', 'default').trim().split('\n').filter(Boolean)
    within('link', 'set', cable, 'down')
    await pause(ms)
    within('link', 'set', cable, 'up')
    // They go with the cable.
    for (const route of routes)
      if (route.includes(` ${cable}`)) within('route', 'replace', ...route.trim().split(/\s+/))
  }

  await down()
  for (const [name, network] of Object.entries(file.networks)) {
    const range = `${subnet}.${networks.indexOf(name)}.0/24`
    const inner = network?.internal ? ['--internal'] : []
    await podman('network', 'create', '--subnet', range, ...inner, `${project}_${name}`)
  }
  for (const volume of Object.keys(file.volumes)) {
    const name = `${project}_${volume}`
    await podman('volume', 'create', name)
    folders.set(name, await podman('volume', 'inspect', '--format', '{{.Mountpoint}}', name))
  }
  return {
    names: Object.keys(file.services),
    async up() {
      for (const name of startOrder(file.services)) {
        for (const [other, { condition }] of Object.entries(serviceOf(name).depends_on ?? {})) {
          if (condition === 'service_completed_successfully') await finished(other)
          else await healthy(other)
        }
        say(`starting ${name} …`)
        await start(name)
      }
      for (const name of Object.keys(file.services)) if (serviceOf(name).healthcheck) await healthy(name)
    },
    async replace(name, image) {
      await podman('stop', '--time', '30', container(name))
      await podman('rm', container(name))
      await start(name, image)
      await healthy(name)
    },
    async kill(name) {
      const pid = Number(await podman('inspect', '--format', '{{.State.Pid}}', container(name)))
      // 0: it is being started again.
      if (pid > 0) process.kill(pid, 'SIGKILL')
    },
    async freeze(name, ms) {
      await podman('pause', container(name))
      await pause(ms)
      await podman('unpause', container(name))
    },
    async cut(name, network, ms) {
      if (serviceOf(name).ports || ports[name]) return await pullCable(container(name), network, ms)
      const aliases = networksOf(serviceOf(name)).find(([one]) => one === network)?.[1] ?? []
      await podman('network', 'disconnect', `${project}_${network}`, container(name))
      await pause(ms)
      const names = [name, ...aliases].flatMap((alias) => ['--alias', alias])
      await podman('network', 'connect', ...names, `${project}_${network}`, container(name))
    },
    pullCable,
    healthy,
    log,
    folderOf: (volume) => folderOf(`${project}_${volume}`),
    gatewayOf,
    container,
    imageOf: (name) => serviceOf(name).image,
    inside: (name, ...words) => podman('exec', container(name), ...words),
    down,
  }
}
