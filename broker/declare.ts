import {
  JetStreamApiError,
  type JetStreamManager,
  jetstreamManager,
  type StreamConfig,
} from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { apiOf } from '@sightline/schemas/bridges'
import { SightlineError } from '@sightline/schemas/errors'
import { several } from '@sightline/schemas/several'
import { type StreamDeclaration, streamDeclarations } from '@sightline/schemas/stream-declarations'
import { type BrokerSize, isReadStream } from '@sightline/schemas/streams'

/** One property that differs from its declaration. */
export interface Drift {
  name: string
  property: string
  declared: unknown
  found: unknown
}

export interface DeclareResult {
  created: string[]
  unchanged: string[]
  drifted: Drift[]
}

/** JetStream's error code. */
const STREAM_NOT_FOUND = 10059

/**
 * Creates missing streams and buckets, and compares existing ones with their declaration. It changes nothing that
 * exists, except for `isOlder`: a difference is somebody's decision, or a mistake, and both need a person.
 * @param connection of the administrator
 */
export async function declareBroker(connection: NatsConnection, size: BrokerSize): Promise<DeclareResult> {
  const agency = await jetstreamManager(connection)
  const matcher = await jetstreamManager(connection, { apiPrefix: apiOf('MATCHER') })
  const result: DeclareResult = { created: [], unchanged: [], drifted: [] }
  const declarations = streamDeclarations(size).map((one) => limitToVersion(connection, one))
  // In parallel: each stream of a cluster first elects a leader.
  const configs = await Promise.all(
    declarations.map(async (declaration) => {
      const manager = isReadStream(declaration.name) ? matcher : agency
      const found = await orUndefined(() => manager.streams.info(declaration.name), STREAM_NOT_FOUND)
      if (!found) await createStream(manager, declaration, size)
      else if (isOlder(found.config, declaration))
        return await bringUpToDate(manager, found.config, declaration)
      return found?.config
    }),
  )
  for (const [n, declaration] of declarations.entries())
    note(result, declaration.name, declaration, configs[n])
  return result
}

/**
 * A declaration without what the server does not support. 2.11 silently drops `persist_mode` and `allow_atomic`: it syncs such a
 * stream at each message like all others, and edge agents send their backlog one read at a time. That is slower, and nothing else.
 */
function limitToVersion({ info }: NatsConnection, declaration: StreamDeclaration): StreamDeclaration {
  if (!info?.version.startsWith('2.11.')) return declaration
  const { persist_mode: _, allow_atomic: __, ...known } = declaration
  return known
}

/** Updates a stream that an earlier version declared. @returns its configuration then */
async function bringUpToDate(
  manager: JetStreamManager,
  found: StreamConfig,
  declaration: StreamDeclaration,
): Promise<StreamConfig> {
  try {
    return (await manager.streams.update(declaration.name, { ...found, ...declaration })).config
  } catch (error) {
    // Some servers fix this limit when a stream is created. They have no limit of their own, so it can stay as it is.
    if (!/max ?consumers/i.test((error as Error).message)) throw error
    const { max_consumers } = found
    const kept = { ...found, ...declaration, max_consumers }
    const { config } = await manager.streams.update(declaration.name, kept)
    return { ...config, max_consumers: declaration.max_consumers ?? max_consumers }
  }
}

/**
 * Properties with which other accounts follow a stream (broker/follow-direct.ts), messages have a time to live, or several are
 * stored together.
 */
const ADDED = ['allow_direct', 'republish', 'allow_msg_ttl', 'allow_atomic']
const UNLIMITED = -1

/**
 * Whether a stream is as an earlier version declared it: with another description, or before other accounts followed it
 * or its messages had a time to live, or it had a limit of consumers. Changing that takes nothing away; every other difference needs a person.
 */
export function isOlder(found: Partial<StreamConfig>, declaration: StreamDeclaration): boolean {
  const drifted = differences(declaration.name, declaration, found)
  return (
    drifted.length > 0 &&
    drifted.every(
      ({ property, found }) =>
        property === 'description' ||
        (ADDED.includes(property) && !found) ||
        (property === 'max_consumers' && found === UNLIMITED) ||
        (property === 'subjects' && isReadStream(declaration.name) && isPart(found, declaration.subjects)),
    )
  )
}

/** Whether a stream of reads takes only some of the subjects declared: before there were canary reads. */
const isPart = (found: unknown, declared: readonly string[]) =>
  Array.isArray(found) && found.every((subject) => declared.includes(subject))

/** @throws BROKER_DRIFTED when something differs, naming each difference */
export function refuseDrift({ drifted }: DeclareResult): void {
  if (drifted.length === 0) return
  const list = drifted
    .map((d) => `${d.name}.${d.property} is ${show(d.found)}, but declared as ${show(d.declared)}`)
    .join('; ')
  throw new SightlineError('BROKER_DRIFTED', `the broker differs from its declaration: ${list}`, {
    hint: 'Decide which is right: change schemas/stream-declarations.ts, or edit the stream with the nats tool. Sightline changes neither.',
  })
}

async function createStream(
  manager: JetStreamManager,
  declaration: StreamDeclaration,
  size: BrokerSize,
): Promise<void> {
  try {
    await manager.streams.add(declaration)
  } catch (cause) {
    throw new SightlineError(
      'BROKER_FAILED',
      `the broker refuses to create the stream ${declaration.name}: ${(cause as Error).message}`,
      {
        cause,
        hint: `The streams reserve ${size.storageGib} GiB with ${several(size.replicas, 'replica')}. See --storage-gib and --replicas.`,
      },
    )
  }
}

async function orUndefined<T>(call: () => Promise<T>, notFound: number): Promise<T | undefined> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === notFound) return undefined
    throw error
  }
}

function note(result: DeclareResult, name: string, declared: object, found: object | undefined): void {
  if (!found) {
    result.created.push(name)
    return
  }
  const drifted = differences(name, declared, found)
  if (drifted.length === 0) result.unchanged.push(name)
  result.drifted.push(...drifted)
}

/** The declared properties with another value in the found configuration; undeclared properties may have any value. */
export function differences(name: string, declared: object, found: object): Drift[] {
  const actual = found as Record<string, unknown>
  return Object.entries(declared)
    .filter(([property, value]) => show(actual[property]) !== show(value))
    .map(([property, value]) => ({ name, property, declared: value, found: actual[property] }))
}

const show = (value: unknown): string => JSON.stringify(value) ?? 'absent'
