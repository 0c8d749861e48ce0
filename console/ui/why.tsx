import { REQUIREMENTS } from '@sightline/schemas/requirements'
import type { VNode } from 'preact'
import { useId, useState } from 'preact/hooks'
import { texts } from '../shell/texts.ts'
import './why.css'

/** Ids of requirements in the order in which they explain something, e.g. `['QRY-5']`. */
type Rules = readonly string[]

/** A sentence, and behind a **Why?** button the rules behind it. The sentence itself names no ids. */
export function addRules(text: string, ...rules: Rules): VNode {
  return (
    <>
      {text} <Why rules={rules} />
    </>
  )
}

/** A button that shows what the rules say, with their ids; Escape or a click elsewhere hides it again. */
export function Why({ rules }: { rules: Rules }) {
  const id = useId()
  // Hidden rules are not in the page, so neither a text search nor a screen reader finds them.
  const [isOpen, setIsOpen] = useState(false)
  const stated = REQUIREMENTS.filter((one) => rules.includes(one.id))
  if (stated.length === 0) return null
  return (
    <>
      <button type="button" class="why" popovertarget={id}>
        {texts.why}
      </button>
      <span
        class="why-rules"
        popover="auto"
        id={id}
        onBeforeToggle={(event: Event) => setIsOpen((event as ToggleEvent).newState === 'open')}
      >
        {isOpen &&
          stated.map((rule) => (
            <span key={rule.id} class="why-rule">
              <b>{rule.id}</b> {rule.text}
            </span>
          ))}
      </span>
    </>
  )
}
