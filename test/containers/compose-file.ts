import { resolve } from 'node:path'
import { parse } from 'yaml'

/** A service of docker-compose.yml, as far as this project uses Compose. */
export interface Service {
  image: string
  build?: { context: string; target: string }
  user?: string
  read_only?: boolean
  tmpfs?: string[]
  cap_drop?: string[]
  security_opt?: string[]
  restart?: string
  command?: string[]
  environment?: Record<string, string>
  network_mode?: string
  networks?: string[] | Record<string, { aliases?: string[] }>
  volumes?: (
    | string
    | { type?: string; source: string; target: string; read_only?: boolean; volume?: { subpath?: string } }
  )[]
  ports?: string[]
  ulimits?: { nofile?: number }
  depends_on?: Record<string, { condition: string }>
  healthcheck?: { test: string[] }
}

export interface ComposeFile {
  name: string
  services: Record<string, Service>
  networks: Record<string, { internal?: boolean } | null>
  volumes: Record<string, unknown>
}

const VARIABLE = /\$\$|\$\{(\w+)(?::([-?])([^}]*))?\}/g

/** Puts variables in, as Compose does: `${NAME}`, `${NAME:-default}`, `${NAME:?what to do}`, and `$$` for `$`. */
function interpolate(value: unknown, environment: Readonly<Record<string, string>>): unknown {
  if (Array.isArray(value)) return value.map((one) => interpolate(one, environment))
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, interpolate(one, environment)]))
  if (typeof value !== 'string') return value
  return value.replaceAll(VARIABLE, (found, name: string, way: string | undefined, text: string) => {
    if (found === '$$') return '$'
    if (environment[name]) return environment[name]
    if (way === '?') throw new Error(`${name}: ${text.replaceAll('$$', '$')}`)
    return way === '-' ? text : ''
  })
}

/** @throws what Compose says when a variable that the file demands is missing */
export const readCompose = (text: string, environment: Readonly<Record<string, string>> = {}): ComposeFile =>
  interpolate(parse(text, { merge: true }), environment) as ComposeFile

/** The networks of a service, with the names that it has in each beside its own. */
export function networksOf({ networks = [] }: Service): [network: string, aliases: string[]][] {
  if (Array.isArray(networks)) return networks.map((network) => [network, []])
  return Object.entries(networks).map(([network, { aliases = [] }]) => [network, aliases])
}

export interface Place {
  /** Compose's name of the project: it begins the names of networks, volumes and containers. */
  project: string
  /** Folder of a volume on this machine: podman 4 cannot mount a part of a volume by itself. */
  folderOf(volume: string): string
  /** The most files that a container may open here. */
  mostFiles: number
  /** Ports of this machine by port of the container, instead of those that the file names. */
  ports: Readonly<Record<string, number>>
  image?: string
}

/** What `podman run` is told so that a service runs as Compose would run it. */
export function podmanArguments(name: string, service: Service, place: Place): string[] {
  const { project, folderOf, mostFiles, ports } = place
  const published = { ...Object.fromEntries((service.ports ?? []).map(portOf)), ...ports }
  return [
    ...['--name', `${project}-${name}`, '--label', `project=${project}`],
    // Docker gives a container no writable folder of its own accord.
    ...(service.read_only ? ['--read-only', '--read-only-tmpfs=false'] : []),
    ...(service.tmpfs ?? []).flatMap((mount) => ['--tmpfs', tmpfsOf(mount)]),
    ...(service.cap_drop ?? []).flatMap((capability) => ['--cap-drop', capability]),
    ...(service.security_opt ?? []).flatMap((option) => ['--security-opt', option.replace(/:true$/, '')]),
    ...(service.user ? ['--user', service.user] : []),
    ...(service.restart ? ['--restart', service.restart] : []),
    ...limits(Math.min(service.ulimits?.nofile ?? mostFiles, mostFiles)),
    ...(service.network_mode ? ['--network', service.network_mode] : []),
    ...networksOf(service).flatMap(([network, aliases]) => [
      '--network',
      `${project}_${network}:${[name, ...aliases].map((alias) => `alias=${alias}`).join(',')}`,
    ]),
    ...Object.entries(service.environment ?? {}).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
    ...(service.volumes ?? []).flatMap((volume) => ['--volume', mountOf(volume)]),
    ...Object.entries(published).flatMap(([inner, outer]) => ['--publish', `127.0.0.1:${outer}:${inner}`]),
    place.image ?? service.image,
    ...(service.command ?? []),
  ]

  function mountOf(volume: NonNullable<Service['volumes']>[number]): string {
    if (typeof volume === 'string') return `${project}_${volume}`
    const { type, source, target, read_only, volume: more } = volume
    if (type === 'bind') return `${resolve(source)}:${target}${read_only ? ':ro' : ''}`
    const from = more?.subpath
      ? `${folderOf(`${project}_${source}`)}/${more.subpath}`
      : `${project}_${source}`
    return `${from}:${target}${read_only ? ':ro' : ''}`
  }
}

/** On a machine whose limits root cannot raise, nothing starts without both. */
const limits = (most: number) => ['--ulimit', `nofile=${most}:${most}`, '--ulimit', 'nproc=1024:1024']

/** podman 4 gives a tmpfs no owner: instead everybody in the container may write there. */
const tmpfsOf = (mount: string) => mount.replace(/:.*\buid=.*/, ':mode=1777')

/** `127.0.0.1:8080:8080`: the port of the container, and that of the machine. */
function portOf(text: string): [inner: string, outer: number] {
  const [, outer, inner] = /^127\.0\.0\.1:(\d+):(\d+)$/.exec(text) ?? []
  if (!outer || !inner) throw new Error(`${text}: a port is published on loopback alone`)
  return [inner, Number(outer)]
}

/** Services in an order in which each comes after those that it depends on. */
export function startOrder(services: ComposeFile['services']): string[] {
  const order: string[] = []
  const visit = (name: string) => {
    if (order.includes(name)) return
    for (const other of Object.keys(services[name]?.depends_on ?? {})) visit(other)
    order.push(name)
  }
  for (const name of Object.keys(services)) visit(name)
  return order
}
