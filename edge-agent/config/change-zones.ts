import { isDeepStrictEqual } from 'node:util'
import { boundedYaml } from '@sightline/runtime/yaml'
import { SightlineError } from '@sightline/schemas/errors'
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  stringify,
  visit,
  type YAMLMap,
} from 'yaml'
import { isEmpty, type Zones } from '../zones/zones.ts'
import { parseConfig } from './parse.ts'

/**
 * A configuration with different zones for one camera; everything else stays as it is: comments, order, and JSON stays
 * JSON. Pure.
 * @param name of the file in errors
 * @throws CONFIG_INVALID when the file is faulty, before or after; NOT_FOUND when it has no such camera
 */
export function withZones(text: string, camera: string, zones: Zones, name: string): string {
  parseConfig(text, name)
  const changed = isJson(text) ? inJson(text, camera, zones) : inYaml(text, camera, zones)
  if (changed === null) {
    throw new SightlineError('NOT_FOUND', `${name} has no camera ${camera}`, {
      hint: 'Look at the page again: the configuration may have changed.',
    })
  }
  parseConfig(changed, name)
  return changed
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function inJson(text: string, id: string, zones: Zones): string | null {
  const config = JSON.parse(text) as { cameras: { id: string; zones?: Zones }[] }
  const camera = config.cameras.find((one) => one.id === id)
  if (!camera) return null
  if (isEmpty(zones)) delete camera.zones
  else camera.zones = rounded(zones)
  return `${JSON.stringify(config, null, 2)}\n`
}

function inYaml(text: string, id: string, zones: Zones): string | null {
  const { document, value } = boundedYaml(text, new LineCounter())
  const camera = document && cameraIn(document, id)
  if (!camera) return null
  const before = camera.items.find(({ key }) => isScalar(key) && key.value === 'zones')
  // In flow style, so that all of it is on one line.
  const node = isEmpty(zones) ? null : document.createNode(rounded(zones), { flow: true })
  if (before) freeAliases(document, before.value)
  const spliced = camera.flow ? null : splice(text, camera, before, node)
  if (node) camera.set('zones', node)
  else camera.delete('zones')
  if (spliced !== null && isDeepStrictEqual(boundedYaml(spliced, new LineCounter()).value, document.toJS()))
    return spliced
  // Unusual layout: keep everything, including comments and order, but blanks may change.
  return value === undefined ? null : document.toString({ lineWidth: 0 })
}

/** If other parts refer to the removed part (`*name` of an anchor in it), they get their own copy. */
function freeAliases(document: Document, part: unknown): void {
  if (!isNode(part)) return
  const going = new Set<unknown>()
  visit(part, { Node: (_key, node) => void going.add(node) })
  visit(document, {
    Node(_key, node) {
      // Aliases in it are removed with it.
      if (node === part) return visit.SKIP
      const source = isAlias(node) ? node.resolve(document) : undefined
      if (source === undefined || !going.has(source)) return undefined
      return document.createNode(source.toJS(document), { flow: true }) as Node
    },
  })
}

/** The text with only the zones changed; null if they do not begin a line. */
function splice(text: string, camera: YAMLMap, before: Pair | undefined, node: Node | null): string | null {
  const line = node && `zones: ${stringify(node, { lineWidth: 0 }).trim()}`
  if (!before) {
    const id = camera.items.find(({ key }) => isScalar(key) && key.value === 'id')
    const [start, end] = [rangeOf(id?.key)?.[0], rangeOf(id?.value)?.[1]]
    if (start === undefined || end === undefined) return null
    if (line === null) return text
    const at = endOfLine(text, end)
    return `${text.slice(0, at)}\n${' '.repeat(columnOf(text, start))}${line}${text.slice(at)}`
  }
  const [start, end] = [rangeOf(before.key)?.[0], rangeOf(before.value)?.[1]]
  if (start === undefined || end === undefined) return null
  if (line !== null) return text.slice(0, start) + line + text.slice(end)
  const from = start - columnOf(text, start)
  if (text.slice(from, start).trim() !== '') return null
  return text.slice(0, from) + text.slice(endOfLine(text, end) + 1)
}

const rangeOf = (node: unknown) => (isNode(node) ? node.range : null)
const columnOf = (text: string, at: number) => at - (text.lastIndexOf('\n', at - 1) + 1)

/** Where the line of a place ends, without its line end. */
function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end
}

function cameraIn(document: Document, id: string) {
  const cameras = document.get('cameras')
  if (!isSeq(cameras)) return undefined
  const idOf = (camera: YAMLMap) => {
    const node = camera.get('id', true) as unknown
    const meant = isAlias(node) ? node.resolve(document) : node
    return isScalar(meant) ? meant.value : undefined
  }
  return cameras.items.filter(isMap).find((camera) => idOf(camera) === id)
}

/** Nobody can aim more precisely than a thousandth of the picture. */
const rounded = (zones: Zones): Zones =>
  JSON.parse(
    JSON.stringify(zones, (_, value) =>
      typeof value === 'number' ? Math.round(value * 1000) / 1000 : value,
    ),
  )
