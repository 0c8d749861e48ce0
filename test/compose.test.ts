import { spawnSync } from 'node:child_process'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findServer } from '@sightline/broker/find-server'
import { refusalOf } from '@sightline/broker/server-version'
import { command } from '@sightline/cli/commands/broker'
import { SUBCOMMANDS } from '@sightline/cli/subcommands'
import { root } from '@sightline/runtime/root'
import { DCLinter } from 'dclint'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { readCompose } from './containers/compose-file.ts'
import { temporaryFolder } from './support/broker.ts'

/** No Docker engine is needed: the file is held against Compose's schema and the program's real options. */

interface Service {
  image?: string
  build?: { target?: string }
  user?: string
  read_only?: boolean
  cap_drop?: string[]
  security_opt?: string[]
  privileged?: boolean
  command?: string[]
  environment?: Record<string, string>
  healthcheck?: unknown
  depends_on?: Record<string, { condition: string }>
  volumes?: (string | { source: string; volume?: { subpath?: string } })[]
  networks?: string[] | Record<string, { aliases?: string[] }>
}

const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8')
const compose = parse(text, { merge: true }) as {
  services: Record<string, Service>
  volumes: Record<string, unknown>
  networks: Record<string, unknown>
}
const services = Object.entries(compose.services)
const ours = services.filter(([, { build }]) => build !== undefined)

const networksOf = ({ networks = [] }: Service): string[] =>
  Array.isArray(networks) ? networks : Object.keys(networks)

/** Jobs that run once and end. */
const ONCE = ['broker-init', 'broker-declare']

/** What Compose's own schema finds wrong; matters of taste (order, quotes) are left alone. */
async function violations(yaml: string): Promise<string[]> {
  const { path: folder, remove } = await temporaryFolder()
  const file = join(folder, 'docker-compose.yml')
  writeFileSync(file, yaml)
  // The name of an image that is built here is on purpose.
  const rules = { 'no-build-and-image': 0 } as const
  const [result] = new DCLinter({ rules, quiet: true }).lintFiles([file], false)
  await remove()
  const messages: { type: string; message: string }[] = result?.messages ?? []
  return messages.filter(({ type }) => type === 'error').map(({ message }) => message)
}

test('is valid by the Compose specification', async () => {
  expect(await violations(text)).toEqual([])
  // In a service itself, and in a part that services merge.
  expect(await violations(text.replace('ulimits: { nofile: 262144 }', 'ulimits: 3'))).not.toEqual([])
  expect(await violations(text.replace('image: nats:2.15.1-alpine', 'image: [1]'))).not.toEqual([])
})

test('has three broker nodes and three replicas', () => {
  expect(services.filter(([, { image }]) => image?.startsWith('nats:')).length).toBe(3)
  expect(compose.services['broker-declare']?.command).toContain('--replicas')
})

test('keeps everything but the nodes out of the network in which they talk to each other', () => {
  expect(compose.networks.nodes).toEqual({ internal: true })
  const within = services.filter(([, service]) => networksOf(service).includes('nodes'))
  expect(within.map(([name]) => name)).toEqual(['nats-1', 'nats-2', 'nats-3'])
  // Each has there, and only there, the name at which it listens for the others.
  const command = compose.services['broker-init']?.command ?? []
  const hosts = command.slice(command.indexOf('--route-hosts') + 1).slice(0, 3)
  const aliases = within.map(([, { networks }]) => (networks as Record<string, { aliases?: string[] }>).nodes)
  expect(aliases).toEqual(hosts.map((host) => ({ aliases: [host] })))
  expect(services.map(([name]) => name)).not.toEqual(expect.arrayContaining([hosts[0]]))
})

/** Whether a reference names one image for good: by digest, or by a version to the last figure. */
const isPinned = (image: string) =>
  /@sha256:[0-9a-f]{64}$/.test(image) || /^[\w./-]+:\d+\.\d+\.\d+(\.\d+)*(-[\w.-]+)?$/.test(image)

/** What the Dockerfile begins with, without the stages that are made in it. */
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8')
const targets = [...dockerfile.matchAll(/^FROM \S+ AS (\S+)$/gm)].map(([, name]) => name)
const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].flatMap(([, image]) =>
  image && image !== 'scratch' && !targets.includes(image) ? [image] : [],
)

const images = services.flatMap(([, { image, build }]) => (image && build === undefined ? [image] : []))

test.each([...new Set([...images, ...bases])])('the image %s is pinned', (image) => {
  expect(isPinned(image)).toBe(true)
})

test.each(['nats', 'nats:latest', 'nats:2', 'nats:2.15-alpine', 'a/b:25.8', 'node:24-bookworm-slim'])(
  'the image %s would be refused as unpinned',
  (image) => {
    expect(isPinned(image)).toBe(false)
  },
)

test('each image that is built has its part of the Dockerfile, and one tag for all services', () => {
  for (const [name, { build, image }] of ours) {
    expect([name, targets.includes(build?.target ?? '')]).toEqual([name, true])
    // An upgrade names another one for one service after the other.
    expect([name, image]).toEqual([
      name,
      expect.stringMatching(/^sightline(-edge)?:\$\{SIGHTLINE_VERSION:-local\}$/),
    ])
  }
  expect(compose.services.edge).toMatchObject({
    build: { target: 'edge' },
    image: expect.stringContaining('-edge:'),
  })
})

test('the nodes run an allowed version of nats-server', () => {
  const versions = images.flatMap((image) => /^nats:([\d.]+)/.exec(image)?.[1] ?? [])
  expect(versions).toHaveLength(3)
  for (const version of versions) expect(refusalOf(version)).toBeUndefined()
})

test.each(services)(
  '%s is hardened: no root, no capabilities, writes only to its volumes',
  (_name, service) => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'] })
    expect(service.security_opt).toContain('no-new-privileges:true')
    expect(service.privileged).toBeUndefined()
    // Those that are built here have a user in their Dockerfile.
    if (service.build === undefined) expect(service.user).toMatch(/^[1-9]\d*:[1-9]\d*$/)
  },
)

test('the agency can give the api every file that it takes, and the api can change none', async () => {
  const { api } = compose.services
  const mounted = { type: 'bind', target: '/settings', read_only: true }
  expect(api?.volumes).toContainEqual(expect.objectContaining(mounted))
  const run = (await SUBCOMMANDS.api.load()).command().commands.find((child) => child.name() === 'run')
  const files = (run?.options ?? []).filter(({ flags, envVar }) => envVar && flags.endsWith('<file>'))
  expect(files.length).toBeGreaterThanOrEqual(4)
  for (const { envVar } of files) expect(Object.keys(api?.environment ?? {})).toContain(envVar)
})

test('has no default password', () => {
  expect(text).toMatch(/CLICKHOUSE_PASSWORD: \$\{CLICKHOUSE_PASSWORD:\?/)
  expect(text).not.toMatch(/PASSWORD: ['"]?[a-z0-9]/i)
})

test.each(services.filter(([name]) => !ONCE.includes(name)))('%s has a health check', (_name, service) => {
  expect(service.healthcheck).toBeDefined()
})

/** One that Node.js reads itself. */
const NODE_VARIABLE = 'NODE_EXTRA_CA_CERTS'

describe.each(ours)('%s', (name, service) => {
  test('uses a subcommand, options and variables that the program has', async () => {
    const [subcommand = '', action = '', ...words] = service.command ?? []
    const module = await SUBCOMMANDS[subcommand as keyof typeof SUBCOMMANDS].load()
    const command = module.command().commands.find((child) => child.name() === action)
    if (!command) throw new Error(`${subcommand} has no ${action}`)
    for (const flag of words.filter((word) => word.startsWith('--'))) {
      expect(command.options.map(({ long }) => long)).toContain(flag)
    }
    for (const variable of Object.keys(service.environment ?? {})) {
      if (variable !== NODE_VARIABLE) expect(command.options.map(({ envVar }) => envVar)).toContain(variable)
    }
  })

  test('sees its own broker key and no other', () => {
    const subpaths = (service.volumes ?? []).flatMap((volume) =>
      typeof volume === 'string' || volume.source !== 'broker-config' ? [] : [volume.volume?.subpath],
    )
    const user = { 'broker-declare': 'admin', 'broker-keeper': 'keeper', vendor: 'sim' }[name] ?? name
    // The keeper alone writes the nodes' configurations.
    const nodes = name === 'broker-keeper' ? ['nodes'] : []
    expect(subpaths).toEqual(name === 'broker-init' ? [] : [...nodes, `keys/${user}`])
  })

  test('names volumes, networks and services that exist', () => {
    for (const volume of service.volumes ?? []) {
      const source = typeof volume === 'string' ? volume.split(':')[0]! : volume.source
      // A folder of the machine begins like a path.
      if (!source.includes('/')) expect(Object.keys(compose.volumes)).toContain(source)
    }
    for (const network of networksOf(service)) expect(Object.keys(compose.networks)).toContain(network)
    for (const other of Object.keys(service.depends_on ?? {})) {
      expect(Object.keys(compose.services)).toContain(other)
    }
  })
})

test('broker-init writes configurations that nats-server accepts, without any user’s key', async () => {
  const { path: folder, remove } = await temporaryFolder()
  try {
    const server = await findServer()
    const demanded = [...text.matchAll(/\$\{(\w+):\?/g)].map(([, name = '']) => [name, 'made up'])
    const filled = readCompose(text, Object.fromEntries(demanded))
    const [, ...words] = filled.services['broker-init']?.command ?? []
    const out = words.map((word) => (word === '/data' ? folder : word))
    await command().parseAsync(out, { from: 'user' })
    for (const node of ['nats-1', 'nats-2', 'nats-3']) {
      const path = join(folder, 'nodes', `${node}.json`)
      // Its certificates lie where the volume is mounted.
      const here = join(folder, `${node}-here.json`)
      writeFileSync(here, readFileSync(path, 'utf8').replaceAll('"/config/', `"${folder}/nodes/`))
      const { status, stderr } = spawnSync(server.path, ['-t', '-c', here], { encoding: 'utf8' })
      expect(stderr).toContain('configuration file')
      expect(status).toBe(0)
      const config = readFileSync(path, 'utf8')
      expect(JSON.parse(config)).toMatchObject({ server_name: node })
      // A seed of a user begins with SU.
      expect(config).not.toMatch(/"SU[A-Z2-7]{40,}/)
    }
    const seed = join(folder, 'keys/matcher/matcher.nk')
    expect(readFileSync(seed, 'utf8')).toMatch(/^SU/)
    expect(statSync(seed).mode & 0o077).toBe(0)
  } finally {
    await remove()
  }
})
