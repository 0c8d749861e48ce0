import { type Element, parseXml } from '../plate-readers/xml.ts'

export { type Element, parseXml }

/** All elements of a name in a tree, in the order of the text. */
export function all({ children }: Element, name: string): Element[] {
  return children.flatMap((child) => [...(child.name === name ? [child] : []), ...all(child, name)])
}

/** The text of the first element that a way of names leads to, each anywhere below the one before; '' where there is none. */
export function textAt(element: Element, ...names: string[]): string {
  let found: Element | undefined = element
  for (const name of names) found = found && all(found, name)[0]
  return found?.text.trim() ?? ''
}

/** A text as it may stand in an element. */
export const escapeXml = (text: string): string => text.replace(/[<>&"']/g, (c) => `&#${c.charCodeAt(0)};`)
