import { useId } from 'preact/hooks'
import './tabs.css'

interface Props<Name extends string> {
  /** What the tabs choose, for screen readers. */
  label: string
  names: readonly Name[]
  texts: Record<Name, string>
  chosen: Name
  onChoose: (name: Name) => void
  /** Count next to each name. */
  counts?: Record<Name, string>
}

/** One of several lists; radio buttons, which arrow keys and screen readers support. */
export function Tabs<Name extends string>({ label, names, texts, chosen, onChoose, counts }: Props<Name>) {
  const group = useId()
  return (
    <fieldset class="alerts-tabs">
      <legend class="visually-hidden">{label}</legend>
      {names.map((name) => (
        <label key={name} class="alerts-tab">
          <input
            type="radio"
            name={group}
            class="visually-hidden"
            checked={chosen === name}
            onChange={() => onChoose(name)}
          />
          <span>
            {texts[name]} {counts && <span class="alerts-tab-count">{counts[name]}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  )
}
