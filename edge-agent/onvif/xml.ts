import { type Element, parseXml } from '../plate-readers/xml.ts'

export { type Element, parseXml }

/** All elements with a name in a tree, in document order. */
export function all({ children }: Element, name: string): Element[] {
  return children.flatMap((child) => [...(child.name === name ? [child] : []), ...all(child, name)])
}

/** The text of the first element on a path of names, each anywhere below the previous one; '' if there is none. */
export function textAt(element: Element, ...names: string[]): string {
  let found: Element | undefined = element
  for (const name of names) found = found && all(found, name)[0]
  return found?.text.trim() ?? ''
}

/** Text escaped for use in an element. */
export const escapeXml = (text: string): string => text.replace(/[<>&"']/g, (c) => `&#${c.charCodeAt(0)};`)
