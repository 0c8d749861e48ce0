import { useRef } from 'preact/hooks'
import { directory } from '../../../shell/directory.ts'
import { Button } from '../../../ui/button.tsx'
import { sortByName } from '../../../ui/people.ts'
import { texts } from '../texts.ts'
import { ACTIONS } from './actions.ts'
import { type Wanted, wantedOf } from './wanted.ts'

const words = texts.audit

interface Props {
  busy: boolean
  exporting: boolean
  onSearch: (wanted: Wanted) => void
  /** The search is about to change. */
  onChange: () => void
  onExport: (wanted: Wanted) => void
}

/** The search conditions; only in memory, because they may contain a plate. */
export function SearchForm({ busy, exporting, onSearch, onChange, onExport }: Props) {
  const form = useRef<HTMLFormElement>(null)
  const known = [...directory.value.values()]
  return (
    <form
      ref={form}
      class="filter-bar oversight-bar"
      aria-label={words.label}
      onInput={onChange}
      onSubmit={(event) => {
        event.preventDefault()
        onSearch(wantedOf(new FormData(event.currentTarget), known))
      }}
    >
      <label title={words.personHint}>
        {words.person}
        <input name="person" list="oversight-people" maxLength={200} autocomplete="off" spellcheck={false} />
      </label>
      <datalist id="oversight-people">
        {sortByName(known).map(({ id, name }) => (
          <option key={id} value={id} label={name} />
        ))}
      </datalist>
      <label>
        {words.plate}
        <input name="plate" maxLength={30} autocomplete="off" spellcheck={false} />
      </label>
      <label>
        {words.case}
        <input name="case" maxLength={200} autocomplete="off" />
      </label>
      <label>
        {words.subject}
        <input name="subject" maxLength={200} autocomplete="off" spellcheck={false} />
      </label>
      <label>
        {words.action}
        <select name="action">
          <option value="">{words.any}</option>
          {ACTIONS.map((action) => (
            <option key={action}>{action}</option>
          ))}
        </select>
      </label>
      <label>
        {words.from}
        <input name="from" type="datetime-local" />
      </label>
      <label>
        {words.to}
        <input name="to" type="datetime-local" />
      </label>
      <Button type="submit" kind="primary" icon="search" busy={busy}>
        {words.submit}
      </Button>
      <Button
        icon="export"
        busy={exporting}
        onClick={() => form.current && onExport(wantedOf(new FormData(form.current), known))}
      >
        {words.export}
      </Button>
    </form>
  )
}
