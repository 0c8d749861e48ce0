import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { type Document, isNode, LineCounter, parseDocument } from 'yaml'
import { SightlineError } from '../../schemas/errors.ts'
import { faultText } from '../../schemas/message.ts'
import { GPS } from '../position/source.ts'
import { AgentConfig, SOURCES } from './schema.ts'

/** One thing that is wrong with a configuration. */
interface Complaint {
  line: number
  text: string
}

const agent = Compile(AgentConfig)
const compiled = (schemas: Record<string, TSchema>) =>
  new Map(Object.entries(schemas).map(([type, schema]) => [type, Compile(schema)]))
/** The parts of a camera whose schema depends on their type. */
const typed = { source: compiled(SOURCES), gps: compiled(GPS) }

/** At most this many complaints at once: more are not read. */
const SHOWN = 8

/**
 * A configuration from YAML or JSON (which YAML includes).
 * @param name how errors call it, usually its path
 * @throws CONFIG_INVALID naming each wrong line
 */
export function parseConfig(text: string, name: string): AgentConfig {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const lineOf = (path: readonly (string | number)[]) => lineAt(document, lines, path)
  const complaints: Complaint[] = document.errors.map(({ message, linePos }) => ({
    line: linePos?.[0].line ?? 1,
    text: message.split('\n')[0] ?? 'is not YAML',
  }))
  const value: unknown = complaints.length === 0 ? document.toJS() : undefined
  if (complaints.length === 0) complaints.push(...faults(agent, value, [], lineOf))
  if (complaints.length === 0) {
    const config = value as AgentConfig
    for (const [n, camera] of config.cameras.entries()) {
      for (const key of ['source', 'gps'] as const) {
        const schema = typed[key].get(camera[key]?.type ?? '')
        if (schema) complaints.push(...faults(schema, camera[key], ['cameras', n, key], lineOf))
      }
    }
    complaints.push(...contradictions(config, lineOf))
    if (complaints.length === 0) return config
  }
  throw refusal(name, complaints)
}

function refusal(name: string, complaints: Complaint[]): SightlineError {
  const shown = complaints.slice(0, SHOWN).map(({ line, text }) => `${name}:${line}: ${text}`)
  const more = complaints.length > SHOWN ? `\n  and ${complaints.length - SHOWN} more` : ''
  return new SightlineError(
    'CONFIG_INVALID',
    `the configuration is not right:\n  ${shown.join('\n  ')}${more}`,
    {
      hint: 'docs/edge-agent.md has an example of every key.',
    },
  )
}

type LineOf = (path: readonly (string | number)[]) => number

function faults(
  schema: ReturnType<typeof Compile>,
  value: unknown,
  prefix: readonly (string | number)[],
  lineOf: LineOf,
): Complaint[] {
  if (schema.Check(value)) return []
  return schema.Errors(value).map((fault) => {
    const path = [...prefix, ...fault.instancePath.split('/').slice(1).map(key)]
    const missing = (fault.params as { requiredProperties?: string[] }).requiredProperties
    const text = missing ? `${missing.join(', ')} missing` : faultText(fault)
    return { line: lineOf(path), text: `${path.join('.') || 'the file'}: ${text}` }
  })
}

const key = (token: string) =>
  /^\d+$/.test(token) ? Number(token) : token.replace(/~1/g, '/').replace(/~0/g, '~')

/** What each key alone cannot tell. */
function contradictions({ cameras }: AgentConfig, lineOf: LineOf): Complaint[] {
  const complaints: Complaint[] = []
  const seen = new Map<string, number>()
  for (const [n, { id, kind, position, gps }] of cameras.entries()) {
    const line = lineOf(['cameras', n, 'id'])
    const before = seen.get(id)
    if (before !== undefined)
      complaints.push({ line, text: `cameras.${n}.id: ${id} is the camera of line ${before} already` })
    else seen.set(id, line)
    if (kind === 'mobile' && position) {
      complaints.push({
        line: lineOf(['cameras', n, 'position']),
        text: `cameras.${n}.position: a mobile camera has none; its position comes from the GPS`,
      })
    }
    if (kind === 'fixed' && gps) {
      complaints.push({
        line: lineOf(['cameras', n, 'gps']),
        text: `cameras.${n}.gps: a fixed camera has none; it stands where position says`,
      })
    }
  }
  return complaints
}

/** The line of the deepest node on a path that is there. */
function lineAt(document: Document, lines: LineCounter, path: readonly (string | number)[]): number {
  for (let length = path.length; length >= 0; length--) {
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line
  }
  return 1
}
