import type { ComponentChildren } from 'preact'
import { Icon } from '../../ui/icon.tsx'
import { texts } from './texts.ts'

interface ChipProps {
  label: string
  isWrong?: boolean
  onRemove: () => void
  children: ComponentChildren
}

/** One understood part, with its name and a cross to remove it. */
export function Chip({ label, isWrong = false, onRemove, children }: ChipProps) {
  return (
    <span class={isWrong ? 'search-chip search-chip-wrong' : 'search-chip'}>
      <span class="search-chip-label">{label}</span>
      {children}
      <button
        type="button"
        class="search-chip-remove"
        aria-label={texts.chips.remove(label)}
        onClick={(event) => {
          // The chip and its focus go away, so the focus moves to the box.
          if (event.currentTarget === document.activeElement) document.getElementById('search-text')?.focus()
          onRemove()
        }}
      >
        <Icon name="close" />
      </button>
    </span>
  )
}

interface TextProps {
  value: string
  label: string
  most: number
  isPlate?: boolean
  onChange: (value: string) => void
}

/** A part of the search as a field as wide as its text. It takes effect on Enter, or when it loses the focus. */
export function ChipText({ value, label, most, isPlate = false, onChange }: TextProps) {
  return (
    <input
      class={isPlate ? 'search-chip-text search-chip-plate' : 'search-chip-text'}
      aria-label={label}
      autocomplete="off"
      spellcheck={false}
      maxLength={most}
      size={Math.min(38, Math.max(4, value.length + 1))}
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value.trim())}
    />
  )
}
