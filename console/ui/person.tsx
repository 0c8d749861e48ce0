import { nameInSentence, nameOf } from '../shell/directory.ts'

interface Props {
  id: string
  /** Also shows the user's own name, e.g. in a list of accounts. */
  named?: boolean
}

/** A person by name, or "you"; the id on hover. In a sentence use `who(id)` of directory.ts. */
export function Person({ id, named = false }: Props) {
  return (
    <span class="person" title={id}>
      {named ? nameOf(id) : nameInSentence(id)}
    </span>
  )
}
