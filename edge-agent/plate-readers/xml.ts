import { SaxesParser } from 'saxes'
import { invalidMessage } from './reading.ts'

/** One element: its own text, and its children by name, without prefix. */
export interface Element {
  readonly name: string
  readonly text: string
  readonly children: readonly Element[]
  readonly attributes: Readonly<Record<string, string>>
}

/** Far more than any plate reader's message contains. */
const MOST_BYTES = 1024 * 1024
const DEEPEST = 32
const MOST_ELEMENTS = 20_000

interface Open {
  name: string
  text: string
  children: Element[]
  attributes: Readonly<Record<string, string>>
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Parses untrusted XML. A document type is refused, so there are no entities except those of XML itself; depth,
 * elements and bytes are limited. @throws MESSAGE_INVALID
 */
export function parseXml(bytes: Uint8Array): Element {
  if (bytes.length > MOST_BYTES) throw invalidMessage('has more XML than a plate reader sends')
  const parser = new SaxesParser()
  const open: Open[] = [{ name: '', text: '', children: [], attributes: {} }]
  let elements = 0
  parser.on('error', () => {
    throw invalidMessage('is not well-formed XML')
  })
  parser.on('doctype', () => {
    throw invalidMessage('has a document type, which XML of plate readers does not need')
  })
  parser.on('opentag', ({ name, attributes }) => {
    if (open.length > DEEPEST || ++elements > MOST_ELEMENTS)
      throw invalidMessage('has XML that is nested too deep')
    open.push({
      name: name.replace(/^.*:/, ''),
      text: '',
      children: [],
      attributes: attributes as Record<string, string>,
    })
  })
  const onText = (text: string) => {
    open.at(-1)!.text += text
  }
  parser.on('text', onText)
  parser.on('cdata', onText)
  parser.on('closetag', () => {
    const done = open.pop()!
    open.at(-1)!.children.push(done)
  })
  parser.write(textOf(bytes)).close()
  return open[0]!.children[0]!
}

function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw invalidMessage('is not UTF-8')
  }
}

/** The first element with this name at or below this one, at any depth. */
export function find(element: Element | undefined, name: string): Element | undefined {
  if (!element || element.name === name) return element
  for (const child of element.children) {
    const found = find(child, name)
    if (found) return found
  }
  return undefined
}

/** The text of the child with this name. */
export const childText = (element: Element | undefined, name: string): string | undefined =>
  element?.children.find((child) => child.name === name)?.text.trim()
