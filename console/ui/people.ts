import type { Colleague } from '../shell/directory.ts'

type Known = Pick<Colleague, 'id' | 'name'>

export const sortByName = <One extends Known>(people: readonly One[]): One[] =>
  [...people].sort((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id))

/**
 * Who a text means: an id, or a name that one person has, in whichever case; "Dana Reyes (dana-reyes)" too. Undefined
 * when it is nobody's or more than one has it. Without a list, any text counts as an id, and the api checks it.
 */
export function personIn(text: string, known: readonly Known[]): string | undefined {
  const said = text.trim()
  if (known.length === 0) return said
  const wanted = said.toLowerCase()
  const named = known.filter(({ name }) => name.toLowerCase() === wanted)
  const isId = (id: string) => id.toLowerCase() === wanted || wanted.endsWith(`(${id.toLowerCase()})`)
  return known.find(({ id }) => isId(id))?.id ?? (named.length === 1 ? named[0]!.id : undefined)
}
