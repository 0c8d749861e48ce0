import { texts } from '../../texts/search.ts'
import { Button } from '../../ui/button.tsx'
import { asking, stopAsking } from './ask.ts'
import { change, form } from './state.ts'
import { understand } from './understand.ts'

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
        maxLength={300}
        placeholder={words.placeholder}
        aria-describedby="search-hint"
        value={text}
        onInput={({ currentTarget: { value } }) => {
          const { lookAlikes } = form.value.wanted
          change({ text: value, wanted: { ...understand(value), lookAlikes } })
        }}
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
