import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { boundedYaml } from '@sightline/runtime/yaml'
import { SightlineError } from '@sightline/schemas/errors'
import { MAX_VENDORS } from '@sightline/schemas/federated-search'
import { faultText, Token } from '@sightline/schemas/message'
import { EDGE_SOURCE } from '@sightline/schemas/read'
import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { isNode, LineCounter } from 'yaml'

const DEFAULT_DEADLINE_MS = 5000

const VendorEntry = Type.Object(
  {
    id: Token,
    url: Type.String({
      pattern: '^https?://[^\\s?#]+$',
      description: 'Base URL of its API, e.g. https://v.example',
    }),
    credentialsFile: Type.String({ minLength: 1, description: 'File with the token; relative to this file' }),
    deadlineMs: Type.Optional(Type.Integer({ minimum: 50, maximum: 25_000, default: DEFAULT_DEADLINE_MS })),
  },
  { additionalProperties: false },
)
const VendorsFile = Type.Object(
  { vendors: Type.Array(VendorEntry, { minItems: 1, maxItems: MAX_VENDORS }) },
  { additionalProperties: false },
)
const compiled = Compile(VendorsFile)

/** A vendor that the agency may ask. */
export type VendorConfig = Required<Static<typeof VendorEntry>>

interface Complaint {
  path: readonly (string | number)[]
  text: string
}

/** @throws CONFIG_INVALID naming each wrong line */
export async function loadVendors(path: string): Promise<VendorConfig[]> {
  const text = await readFile(path, 'utf8').catch((cause: Error) => {
    throw new SightlineError('CONFIG_INVALID', `cannot read the vendors file ${path}: ${cause.message}`, {
      cause,
      hint: 'Name the file with --vendors or SIGHTLINE_VENDORS.',
    })
  })
  return parseVendors(text, path)
}

/**
 * Vendors from YAML, or JSON, which YAML includes.
 * @param path of the file, for messages and for the paths in it
 * @throws CONFIG_INVALID naming each wrong line
 */
export function parseVendors(text: string, path: string): VendorConfig[] {
  const lines = new LineCounter()
  const { document, value, fault } = boundedYaml(text, lines)
  if (!document || fault !== undefined) throw refusal([`${path}: ${fault}`])
  const lineOf = (place: readonly (string | number)[]): number => {
    const node = document.getIn(place, true)
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line
    return place.length === 0 ? 1 : lineOf(place.slice(0, -1))
  }
  const broken = document.errors[0]
  if (broken) throw refusal([`${path}:${broken.linePos?.[0].line ?? 1}: ${broken.message.split('\n')[0]}`])
  const complaints = compiled.Check(value) ? contradictions(value) : faults(value)
  if (complaints.length > 0) {
    throw refusal(complaints.map(({ path: place, text }) => `${path}:${lineOf(place)}: ${text}`))
  }
  return (value as Static<typeof VendorsFile>).vendors.map((entry) => ({
    deadlineMs: DEFAULT_DEADLINE_MS,
    ...entry,
    url: entry.url.replace(/\/+$/, ''),
    credentialsFile: resolve(dirname(path), entry.credentialsFile),
  }))
}

const refusal = (complaints: readonly string[]) =>
  new SightlineError('CONFIG_INVALID', `the vendors file has errors:\n  ${complaints.join('\n  ')}`, {
    hint: 'docs/vendors.md has an example with every key.',
  })

function faults(value: unknown): Complaint[] {
  return compiled.Errors(value).map((fault) => {
    const path = fault.instancePath
      .split('/')
      .slice(1)
      .map((key) => (/^\d+$/.test(key) ? Number(key) : key))
    const missing = (fault.params as { requiredProperties?: string[] }).requiredProperties
    const text = missing ? `${missing.join(', ')} missing` : faultText(fault)
    return { path, text: `${path.join('.') || 'the file'}: ${text}` }
  })
}

/** Faults that no single key shows. */
function contradictions({ vendors }: Static<typeof VendorsFile>): Complaint[] {
  return vendors.flatMap(({ id, url }, n) => {
    const complaints: Complaint[] = []
    if (vendors.findIndex((other) => other.id === id) < n) {
      complaints.push({ path: ['vendors', n, 'id'], text: `vendors.${n}.id: ${id} appears twice` })
    }
    if (id === EDGE_SOURCE) {
      complaints.push({
        path: ['vendors', n, 'id'],
        text: `vendors.${n}.id: ${id} is reserved for the agency's own cameras`,
      })
    }
    const address = URL.canParse(url) ? new URL(url) : undefined
    const text = !address
      ? 'is not a URL'
      : address.username || address.password
        ? 'must not contain credentials; put them in credentialsFile'
        : address.protocol === 'http:' && !isLoopback(address.hostname)
          ? 'must begin with https:// so that plates and credentials are encrypted'
          : undefined
    if (text) complaints.push({ path: ['vendors', n, 'url'], text: `vendors.${n}.url: ${text}` })
    return complaints
  })
}

const isLoopback = (host: string) => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(host)
