import { useId, useMemo } from 'preact/hooks'
import { texts as shell } from '../../shell/texts.ts'
import { Button } from '../../ui/button.tsx'
import { filter, held } from './feed/feed.ts'
import { type Choice, choicesOf, EVERYTHING, type Filter, isNarrowed, TABS, type Tab } from './feed/filter.ts'
import { Tabs } from './tabs.tsx'
import { texts } from './texts.ts'

const change = (by: Partial<Filter>) => {
  filter.value = { ...filter.value, ...by }
}

/** Which alerts are shown: tabs with their counts, and filters for all of them. */
export function FilterBar({ counts }: { counts: Record<Tab, number> }) {
  const words = texts.filter
  const { entries, next } = held.value
  const { displays, cameras } = useMemo(() => choicesOf(entries), [entries])
  const { tab, priority, display, camera, owned, approaching } = filter.value
  // Alerts not viewed yet may have more; my own are from the last quarter of an hour.
  const more = typeof next === 'number' ? '+' : ''
  const told = Object.fromEntries(
    TABS.map((name) => [name, `${counts[name]}${name === 'mine' ? '' : more}`]),
  ) as Record<Tab, string>
  return (
    <div class="alerts-filter">
      <Tabs
        label={texts.tabsLabel}
        names={TABS}
        texts={texts.tabs}
        chosen={tab}
        onChoose={(tab) => change({ tab })}
        counts={told}
      />
      <fieldset class="alerts-narrow">
        <legend class="visually-hidden">{words.label}</legend>
        <Select
          label={words.priority}
          any={words.anyPriority}
          value={priority}
          choices={(['high', 'normal', 'low'] as const).map((id) => ({ id, label: shell.priority[id] }))}
          onChange={(value) => change({ priority: value as Filter['priority'] })}
        />
        <Select
          label={words.display}
          any={words.anyDisplay}
          value={display}
          choices={counted(displays)}
          onChange={(display) => change({ display })}
        />
        <Select
          label={words.camera}
          any={words.anyCamera}
          value={camera}
          choices={counted(cameras)}
          onChange={(camera) => change({ camera })}
        />
        <Toggle label={words.owned} on={owned} onChange={(owned) => change({ owned })} />
        <Toggle
          label={words.approaching}
          on={approaching}
          onChange={(approaching) => change({ approaching })}
        />
        {isNarrowed(filter.value) && (
          <Button kind="quiet" onClick={() => change({ ...EVERYTHING, tab })}>
            {words.clear}
          </Button>
        )}
      </fieldset>
    </div>
  )
}

const counted = (choices: readonly Choice[]) =>
  choices.map(({ id, label, count }) => ({ id, label: texts.filter.choice(label, count) }))

interface SelectProps {
  label: string
  any: string
  value: string
  choices: readonly { id: string; label: string }[]
  onChange: (value: string) => void
}

function Select({ label, any, value, choices, onChange }: SelectProps) {
  return (
    <select
      aria-label={label}
      class={value ? 'alerts-select alerts-narrowed' : 'alerts-select'}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    >
      <option value="">{any}</option>
      {choices.map(({ id, label }) => (
        <option key={id} value={id}>
          {label}
        </option>
      ))}
      {value && !choices.some(({ id }) => id === value) && <option value={value}>{value}</option>}
    </select>
  )
}

function Toggle({ label, on, onChange }: { label: string; on: boolean; onChange: (on: boolean) => void }) {
  const id = useId()
  return (
    <label class="choice alerts-toggle" for={id}>
      <input
        id={id}
        type="checkbox"
        checked={on}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      {label}
    </label>
  )
}
