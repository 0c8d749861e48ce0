import { may } from '../../../shell/session.ts'
import { texts as shell } from '../../../shell/texts.ts'
import { texts } from '../texts.ts'
import type { Narrowing } from './narrow.ts'

interface Props {
  /** Choices. */
  cases: readonly string[]
  by: Narrowing
  set: (by: Narrowing) => void
}

const STATUSES = ['active', 'expired', 'closed', 'rejected'] as const
const PRIORITIES = ['high', 'normal', 'low'] as const

/** The list's filter. Kept only in memory, because it may be a plate. */
export function FilterBar({ cases, by, set }: Props) {
  const words = texts.filter
  return (
    <form
      class="filter-bar displays-filter"
      aria-label={words.label}
      onSubmit={(event) => event.preventDefault()}
    >
      <label>
        <span>{words.text}</span>
        <input
          type="search"
          value={by.text}
          placeholder={words.textHint}
          autocomplete="off"
          spellcheck={false}
          onInput={(event) => set({ ...by, text: event.currentTarget.value })}
        />
      </label>
      <label>
        <span>{words.case}</span>
        <select value={by.caseRef} onChange={(event) => set({ ...by, caseRef: event.currentTarget.value })}>
          <option value="">{texts.all}</option>
          {cases.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{words.status}</span>
        <select
          value={by.status}
          onChange={(event) => set({ ...by, status: event.currentTarget.value as Narrowing['status'] })}
        >
          <option value="all">{texts.all}</option>
          {STATUSES.map((status) => (
            <option key={status} value={status}>
              {texts.status[status]}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{words.priority}</span>
        <select
          value={by.priority}
          onChange={(event) => set({ ...by, priority: event.currentTarget.value as Narrowing['priority'] })}
        >
          <option value="all">{texts.all}</option>
          {PRIORITIES.map((priority) => (
            <option key={priority} value={priority}>
              {shell.priority[priority]}
            </option>
          ))}
        </select>
      </label>
      {may('display.create') && (
        <label class="choice">
          <input
            type="checkbox"
            checked={by.mine}
            onChange={(event) => set({ ...by, mine: event.currentTarget.checked })}
          />
          {words.mine}
        </label>
      )}
    </form>
  )
}
