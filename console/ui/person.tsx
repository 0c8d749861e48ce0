import { nameInSentence, nameOf } from '../shell/directory.ts'

interface Props {
  id: string
  /** Says the name of oneself, too, e.g. in a list of accounts. */
  named?: boolean
}

/** A person by name, "you" for oneself; the id on hover. In a sentence use `who(id)` of directory.ts. */
export function Person({ id, named = false }: Props) {
  return (
    <span class="person" title={id}>
      {named ? nameOf(id) : nameInSentence(id)}
    </span>
  )
}
