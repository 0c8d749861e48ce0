import { isSite, SITES } from '@sightline/recognition/site/mix'
import { SightlineError } from '@sightline/schemas/errors'
import { faultText } from '@sightline/schemas/message'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { FEEDS, feedFaults } from '../feeds/config.ts'
import { EventsSource } from '../plate-readers/config.ts'
import { eventsFaults } from '../plate-readers/faults.ts'
import { GPS } from '../position/source.ts'
import { AgentConfig, type CameraConfig, SOURCES } from './schema.ts'
import { sourceFaults } from './source-faults.ts'
import { type LineOf, readYaml } from './yaml.ts'

/** One fault in a configuration. It repeats no part of a value, which may be part of a password. */
interface Complaint {
  line: number
  text: string
  /** What to do about it, in addition to the example for each key. */
  hint?: string
}

const agent = Compile(AgentConfig)
const compiled = (schemas: Record<string, TSchema>) =>
  new Map(Object.entries(schemas).map(([type, schema]) => [type, Compile(schema)]))
/** The parts of a camera whose schema depends on their type. */
const typed = { source: compiled({ ...SOURCES, events: EventsSource }), gps: compiled(GPS) }

const feeds = compiled(FEEDS)

/** Maximum number of faults reported at once: nobody reads more. */
const SHOWN = 8

/**
 * A configuration from YAML or JSON (which YAML includes).
 * @param name of the file in errors, usually its path
 * @throws CONFIG_INVALID naming each wrong line
 */
export function parseConfig(text: string, name: string): AgentConfig {
  const { value, faults: complaints, lineOf } = readYaml(text)
  if (complaints.length === 0) complaints.push(...faults(agent, value, [], lineOf))
  if (complaints.length === 0) {
    const config = value as AgentConfig
    for (const [n, camera] of config.cameras.entries()) {
      for (const key of ['source', 'gps'] as const) {
        const schema = typed[key].get(camera[key]?.type ?? '')
        if (schema) complaints.push(...faults(schema, camera[key], ['cameras', n, key], lineOf))
      }
    }
    if (complaints.length === 0) complaints.push(...unclearSources(config, lineOf))
    for (const [n, feed] of (config.feeds ?? []).entries()) {
      complaints.push(...faults(feeds.get(feed.type)!, feed, ['feeds', n], lineOf))
    }
    if (complaints.length === 0)
      complaints.push(...readerFaults(config, lineOf), ...wrongFeeds(config, lineOf))
    complaints.push(...contradictions(config, lineOf))
    if (complaints.length === 0) return { ...config, cameras: config.cameras.map(normalNames) }
  }
  throw refusal(name, complaints)
}

function refusal(name: string, complaints: Complaint[]): SightlineError {
  const shown = complaints.slice(0, SHOWN).map(({ line, text }) => `${name}:${line}: ${text}`)
  const more = complaints.length > SHOWN ? `\n  and ${complaints.length - SHOWN} more` : ''
  const hints = new Set(complaints.flatMap(({ hint }) => hint ?? []))
  return new SightlineError(
    'CONFIG_INVALID',
    `the configuration is not right:\n  ${shown.join('\n  ')}${more}`,
    { hint: [...hints, 'docs/edge-agent.md has an example of every key.'].join(' ') },
  )
}

/** Faults of a source that no single key shows; above all, addresses where the end of the password is unclear. */
function unclearSources({ cameras }: AgentConfig, lineOf: LineOf): Complaint[] {
  return cameras.flatMap(({ source }, n) =>
    sourceFaults(source).map(({ key, text, hint }) => {
      const path = ['cameras', n, 'source', key]
      return {
        line: lineOf(path),
        text: `${path.join('.')}: ${text}`,
        ...(hint === undefined ? {} : { hint }),
      }
    }),
  )
}

function faults(
  schema: ReturnType<typeof Compile>,
  value: unknown,
  prefix: readonly (string | number)[],
  lineOf: LineOf,
): Complaint[] {
  if (schema.Check(value)) return []
  return schema.Errors(value).map((fault) => {
    const below = fault.instancePath.split('/').slice(1).map(key)
    const path = [...prefix, ...below]
    const missing = (fault.params as { requiredProperties?: string[] }).requiredProperties
    const text = missing ? `${missing.join(', ')} missing` : faultText(fault)
    const isUnknown = fault.keyword === 'boolean'
    const place = [...path.slice(0, isUnknown ? -1 : undefined), ...(isUnknown ? [nameOf(value, below)] : [])]
    return { line: lineOf(path), text: `${place.join('.') || 'the file'}: ${text}` }
  })
}

/** The name of an unknown key, unless YAML may have made it from a password: then it is not a word, or has no value. */
function nameOf(value: unknown, below: readonly (string | number)[]): string | number {
  const at = below.reduce<unknown>(
    (inner, part) => (inner as Record<string, unknown> | undefined)?.[part],
    value,
  )
  const name = below.at(-1) ?? ''
  return /^[a-z]{1,32}$/i.test(String(name)) && at !== null ? name : 'a key'
}

const key = (token: string) =>
  /^\d+$/.test(token) ? Number(token) : token.replace(/~1/g, '/').replace(/~0/g, '~')

/** Names in one spelling, whatever keyboard they were typed on. */
const normalNames = (camera: CameraConfig): CameraConfig => ({
  ...camera,
  owner: camera.owner.normalize('NFC'),
  ...(camera.address !== undefined && { address: camera.address.normalize('NFC') }),
})

function wrongFeeds({ feeds = [], cameras }: AgentConfig, lineOf: LineOf): Complaint[] {
  const ids = cameras.map(({ id }) => id)
  return feeds.flatMap((feed, n) =>
    feedFaults(feed, ids).map((text) => ({ line: lineOf(['feeds', n]), text: `feeds.${n}: ${text}` })),
  )
}

/** Faults of plate readers that no single key shows. */
function readerFaults({ cameras }: AgentConfig, lineOf: LineOf): Complaint[] {
  const listeners = new Map<string, string>()
  return cameras.flatMap(({ source }, n) => {
    if (source.type !== 'events') return []
    return eventsFaults(source, listeners).map(({ key, text }) => {
      const path = ['cameras', n, 'source', ...key]
      return { line: lineOf(path), text: `${path.join('.')}: ${text}` }
    })
  })
}

/** Faults that no single key shows. */
function contradictions({ cameras }: AgentConfig, lineOf: LineOf): Complaint[] {
  const complaints: Complaint[] = []
  const seen = new Map<string, number>()
  for (const [n, { id, kind, position, gps, site }] of cameras.entries()) {
    const line = lineOf(['cameras', n, 'id'])
    const before = seen.get(id)
    if (before !== undefined)
      complaints.push({ line, text: `cameras.${n}.id: ${id} is the camera of line ${before} already` })
    else seen.set(id, line)
    if (site !== undefined && !isSite(site)) {
      complaints.push({ line: lineOf(['cameras', n, 'site']), text: `cameras.${n}.site: write ${SITES}` })
    }
    if (kind === 'mobile' && position) {
      complaints.push({
        line: lineOf(['cameras', n, 'position']),
        text: `cameras.${n}.position: a mobile camera has none; its position comes from the GPS`,
      })
    }
    if (kind === 'fixed' && gps) {
      complaints.push({
        line: lineOf(['cameras', n, 'gps']),
        text: `cameras.${n}.gps: a fixed camera has none; its position is configured`,
      })
    }
  }
  return [...complaints, ...foreignSettings(cameras, lineOf)]
}

/** A plate reader sends pictures that it cut itself. A rule that cannot be applied to them must not seem to apply. */
function foreignSettings(cameras: AgentConfig['cameras'], lineOf: LineOf): Complaint[] {
  return cameras.flatMap(({ source, zones, pictures }, n) => {
    if (source.type !== 'events') return []
    const { days: _, ...cuts } = pictures ?? {}
    const set = { zones, ...cuts }
    return Object.entries(set)
      .filter(([, value]) => value !== undefined)
      .map(([key]) => {
        const path = ['cameras', n, ...(key in cuts ? ['pictures'] : []), key]
        return {
          line: lineOf(path),
          text: `${path.join('.')}: does not apply to a plate reader; set it in the plate reader`,
        }
      })
  })
}
