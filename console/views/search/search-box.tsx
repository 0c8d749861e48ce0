import { Button } from '../../ui/button.tsx'
import { asking, stopAsking } from './ask.ts'
import { change, form, saidOf } from './state.ts'
import { texts } from './texts.ts'
import { understand } from './understand.ts'
import { localOf } from './window.ts'

/** Characters: an area of many corners is long. */
const MOST = 5000

function type(text: string): void {
  const { wanted: before, window: chosen } = form.value
  const { wanted, said } = understand(text, new Date())
  const { lookAlikes } = before
  const typed = said && {
    ...{ kind: 'span' as const, from: localOf(said.from), to: localOf(said.to), said: said.words },
  }
  // A time that is no longer typed is no longer meant; one that was chosen below stays.
  const window = typed ?? (saidOf(chosen) ? ({ kind: 'recent' } as const) : chosen)
  change({ text, wanted: { ...wanted, lookAlikes }, window })
}

/** The one box: what is typed is understood at once, and shown below as parts that can be put right. @param isShort without the hint below */
export function SearchBox({ isShort }: { isShort: boolean }) {
  const words = texts.box
  const { text } = form.value
  return (
    <div class="search-box">
      <label class="visually-hidden" for="search-text">
        {words.label}
      </label>
      <input
        id="search-text"
        type="search"
        required
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        maxLength={MOST}
        placeholder={words.placeholder}
        aria-describedby="search-hint"
        value={text}
        onInput={({ currentTarget: { value } }) => type(value)}
      />
      {asking.value ? (
        <Button onClick={stopAsking}>{words.stop}</Button>
      ) : (
        <Button type="submit" kind="primary" icon="search">
          {words.submit}
        </Button>
      )}
      <p id="search-hint" class={isShort ? 'visually-hidden' : 'field-hint'}>
        {words.hint}
      </p>
    </div>
  )
}
