import type { ComponentChildren } from 'preact'
import { texts } from '../../texts/search.ts'
import { Icon } from '../../ui/icon.tsx'
import { change, form } from './state.ts'
import { plateIn, spelled, understand } from './understand.ts'
import { isWholePlate, NOTHING, POSITION_RADIUS_M, positionOf, type Wanted } from './wanted.ts'

const RADII = [100, 250, 500, 1000, 2000, 5000, 10_000, 25_000, 50_000]
const words = texts.chips

/** How the box was understood: each part can be put right or removed, and the box says the same again. */
export function Chips() {
  const { wanted } = form.value
  const isEmpty = Object.keys(NOTHING).every((key) => !wanted[key as keyof Wanted] || key === 'lookAlikes')
  const set = (part: Partial<Wanted>) => {
    const next = { ...wanted, ...part }
    change({ wanted: next, text: spelled(next) })
  }
  const textChip = (key: 'colour' | 'make' | 'model', most: number) =>
    wanted[key] !== '' && (
      <Chip label={words[key]} onRemove={() => set({ [key]: '' })}>
        <Text
          value={wanted[key]}
          label={words[key]}
          most={most}
          onChange={(value) => set({ [key]: value })}
        />
      </Chip>
    )
  return (
    <fieldset class="search-chips">
      <legend class="visually-hidden">{words.label}</legend>
      {isEmpty && <p class="search-chips-none">{words.none}</p>}
      {wanted.plate !== '' && (
        <Chip label={words.plate} onRemove={() => set({ plate: '', lookAlikes: false })}>
          <Text
            value={wanted.plate}
            label={words.plate}
            most={12}
            isPlate
            onChange={(value) => set({ plate: plateIn(value) ?? value.toUpperCase() })}
          />
          {isWholePlate(wanted) && (
            <label class="search-chip-switch" title={words.lookAlikesHint}>
              <input
                type="checkbox"
                checked={wanted.lookAlikes}
                onChange={({ currentTarget: { checked } }) => set({ lookAlikes: checked })}
              />
              {words.lookAlikes}
            </label>
          )}
        </Chip>
      )}
      {textChip('colour', 20)}
      {textChip('make', 40)}
      {textChip('model', 40)}
      {wanted.place !== '' && <PlaceChip wanted={wanted} set={set} />}
      {wanted.unknown !== '' && (
        <Chip label={words.unknown} isWrong onRemove={() => set({ unknown: '' })}>
          <Text
            value={wanted.unknown}
            label={words.unknown}
            most={100}
            onChange={(value) => {
              const again = understand(`${spelled({ ...wanted, unknown: '' })} ${value}`.trim())
              set({ ...again, lookAlikes: wanted.lookAlikes })
            }}
          />
        </Chip>
      )}
    </fieldset>
  )
}

function PlaceChip({ wanted, set }: { wanted: Wanted; set: (part: Partial<Wanted>) => void }) {
  const isPosition = positionOf(wanted.place) !== null
  const radius = wanted.radiusM ?? (isPosition ? POSITION_RADIUS_M : 0)
  const radii = [...new Set([...RADII, radius])].filter((metres) => metres > 0).sort((a, b) => a - b)
  return (
    <Chip label={words.place} onRemove={() => set({ place: '', radiusM: null })}>
      <Text value={wanted.place} label={words.place} most={200} onChange={(place) => set({ place })} />
      <select
        aria-label={words.radius}
        value={String(radius)}
        onChange={({ currentTarget: { value } }) => set({ radiusM: Number(value) || null })}
      >
        {!isPosition && <option value="0">{words.atReader}</option>}
        {radii.map((metres) => (
          <option key={metres} value={metres}>
            {words.metres(metres)}
          </option>
        ))}
      </select>
    </Chip>
  )
}

interface ChipProps {
  label: string
  isWrong?: boolean
  onRemove: () => void
  children: ComponentChildren
}

function Chip({ label, isWrong = false, onRemove, children }: ChipProps) {
  return (
    <span class={isWrong ? 'search-chip search-chip-wrong' : 'search-chip'}>
      <span class="search-chip-label">{label}</span>
      {children}
      <button type="button" class="search-chip-remove" aria-label={words.remove(label)} onClick={onRemove}>
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

/** A part of the search as a field as wide as its text; taken over when it is left or Enter is pressed. */
function Text({ value, label, most, isPlate = false, onChange }: TextProps) {
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
