import { directory } from './directory.ts'
import { me } from './session.ts'

/** Suggests analysts where a colleague is named, by name and id: the list of an input that takes the id. */
export function Colleagues({ id }: { id: string }) {
  const known = [...directory.value.values()]
    .filter((one) => one.active && one.roles.includes('analyst') && one.id !== me.value)
    .sort((a, b) => a.name.localeCompare(b.name))
  return (
    <datalist id={id}>
      {known.map((one) => (
        <option key={one.id} value={one.id} label={one.name} />
      ))}
    </datalist>
  )
}
