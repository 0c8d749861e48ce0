import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { command as apiCommand } from '@sightline/cli/commands/api'
import { command as brokerCommand } from '@sightline/cli/commands/broker'
import { command as matcherCommand } from '@sightline/cli/commands/matcher'
import { root } from '@sightline/runtime/root'
import type { Command } from 'commander'
import { describe, expect, it, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'

/** No cluster is needed: the manifests are held against the schemas of Kubernetes, the program's options and docker-compose.yml. */

interface Container {
  name: string
  image: string
  command?: string[]
  args?: string[]
  env?: { name: string; value?: string; valueFrom?: { secretKeyRef?: unknown } }[]
  securityContext: unknown
  resources: { requests?: unknown; limits?: unknown }
  volumeMounts: { name: string; mountPath: string; readOnly?: boolean }[]
  readinessProbe?: { httpGet?: { path: string } }
  livenessProbe?: { httpGet?: { path: string } }
}

interface Pod {
  automountServiceAccountToken: boolean
  securityContext: unknown
  containers: Container[]
  initContainers?: Container[]
  volumes: { name: string; secret?: { secretName: string; defaultMode: number } }[]
}

interface Manifest {
  apiVersion: string
  kind: string
  metadata: { name: string }
  spec: { template?: { spec: Pod }; replicas?: number }
}

const folder = join(root, 'deploy/kubernetes')
const text = readFileSync(join(folder, 'sightline.yaml'), 'utf8')
const manifestsIn = (yaml: string) => parseAllDocuments(yaml).map((one) => one.toJS() as Manifest)
const manifests = manifestsIn(text)
const workloads = manifests.flatMap(({ metadata, spec }) =>
  spec.template ? [[metadata.name, spec.template.spec] as const] : [],
)
const containersOf = (pod: Pod) => [...(pod.initContainers ?? []), ...pod.containers]

interface Model {
  validate(): void
}

/** What the schema of Kubernetes says against a manifest; null: nothing. */
async function violation(manifest: Manifest): Promise<string | null> {
  const { apiVersion, kind } = manifest
  const name = `kubernetes-models/${apiVersion}/${kind}`
  const models = (await import(/* @vite-ignore */ name)) as Record<string, new (data: unknown) => Model>
  try {
    new models[kind]!(manifest).validate()
    return null
  } catch (error) {
    return (error as Error).message
  }
}

describe('the manifests', () => {
  it.each(manifests.map((one) => [one.kind, one.metadata.name, one] as const))(
    'are valid by the schema of Kubernetes: %s %s',
    async (_kind, _name, manifest) => expect(await violation(manifest)).toBeNull(),
  )

  it('would be refused by it if a number were a word', async () => {
    const [nats] = manifestsIn(text.replace('replicas: 3', 'replicas: three')).filter(
      ({ kind, metadata }) => kind === 'StatefulSet' && metadata.name === 'nats',
    )
    expect(await violation(nats!)).toContain('replicas')
  })

  it('have the parts of docker-compose.yml that belong into a cluster', () => {
    const { services } = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
      services: Record<string, { image?: string }>
    }
    expect(workloads.map(([name]) => name).sort()).toEqual([
      ...['api', 'broker-declare-1', 'keeper', 'matcher', 'nats', 'vendor'],
    ])
    const nats = workloads.find(([name]) => name === 'nats')![1]
    expect(nats.containers[0]!.image).toBe(services['nats-1']!.image)
  })

  it.each(workloads)('have the hardening of docker-compose.yml: %s', (_name, pod) => {
    expect(pod.automountServiceAccountToken).toBe(false)
    expect(pod.securityContext).toMatchObject({
      ...{ runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000 },
      seccompProfile: { type: 'RuntimeDefault' },
    })
    for (const container of containersOf(pod)) {
      expect(container.securityContext).toEqual({
        ...{ readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      })
      expect(container.resources).toMatchObject({ requests: expect.anything(), limits: expect.anything() })
      for (const { name, value } of container.env ?? [])
        expect([name, /:[^/@]+@/.test(value ?? '')]).toEqual([name, false])
      for (const { name, mountPath, readOnly } of container.volumeMounts)
        if (['keys', 'seed', 'config'].includes(name))
          expect([mountPath, readOnly]).toEqual([mountPath, true])
    }
  })

  it('give each part the key of one user of the broker', () => {
    const keys = workloads.flatMap(([name, { volumes }]) =>
      volumes.flatMap((one) => (one.name === 'keys' ? [[name, one.secret!.secretName]] : [])),
    )
    expect(Object.fromEntries(keys)).toEqual({
      api: 'sightline-keys-api',
      'broker-declare-1': 'sightline-keys-admin',
      keeper: 'sightline-keys-keeper',
      matcher: 'sightline-keys-matcher',
      vendor: 'sightline-keys-sim',
    })
  })

  it('ask /live who is restarted, and /health who works', () => {
    const of = (name: string) => workloads.find(([one]) => one === name)![1].containers[0]!
    expect(of('api').livenessProbe?.httpGet?.path).toBe('/live')
    expect(of('api').readinessProbe?.httpGet?.path).toBe('/live')
    for (const name of ['matcher', 'keeper', 'vendor'])
      expect([name, of(name).readinessProbe?.httpGet?.path]).toEqual([name, '/health'])
    // A matcher that is behind is not restarted for it: that would put it further behind.
    expect(of('matcher').livenessProbe?.httpGet?.path).toBe('/metrics')
  })

  it('need no shell of our image, which has none', () => {
    const ours = workloads.flatMap(([, { containers, initContainers = [] }]) =>
      [...containers, ...initContainers].filter(({ image }) => image?.startsWith('sightline')),
    )
    expect(ours.length).toBeGreaterThan(4)
    for (const { command } of ours) if (command) expect(command[0]).toBe('node')
  })

  it('start programs with options that they have', () => {
    const commands: Record<string, () => Command> = {
      api: apiCommand,
      broker: brokerCommand,
      matcher: matcherCommand,
    }
    for (const [name, pod] of workloads)
      for (const { args = [], command } of pod.containers) {
        const [program, action, ...words] = args
        if (command || !commands[program!]) continue
        const run = commands[program!]!().commands.find((child) => child.name() === action)!
        for (const flag of words.filter((word) => word.startsWith('--')))
          expect(
            run.options.map(({ long }) => long),
            name,
          ).toContain(flag)
      }
  })
})

const HELM = process.env.SIGHTLINE_HELM ?? 'helm'
const HAS_HELM = spawnSync(HELM, ['version']).status === 0

test.skipIf(!HAS_HELM)('helm makes them from the chart, and refuses it without what has no default', () => {
  const values = ['--values', join(folder, 'example-values.yaml')]
  const template = (...words: string[]) =>
    spawnSync(
      HELM,
      ['template', 'sightline', join(folder, 'sightline'), '--kube-version', '1.33.0', ...words],
      {
        encoding: 'utf8',
      },
    )
  const made = template(...values)
  expect(made.stderr).toBe('')
  expect(manifestsIn(made.stdout)).toEqual(manifests)
  expect(template().stderr).toMatch(/publicUrl|networks/)
  expect(template(...values, '--set', 'nats.enabled=false').stderr).toContain('nats.servers')
  const lint = spawnSync(HELM, ['lint', join(folder, 'sightline'), ...values], { encoding: 'utf8' })
  expect([lint.status, lint.stdout]).toEqual([0, expect.stringContaining('0 chart(s) failed')])
})
