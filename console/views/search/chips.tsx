import { namesOfColor, VEHICLE_KINDS, type VehicleKind } from '@sightline/schemas/vehicle-words'
import { RegionOptions } from '../../ui/region-options.tsx'
import { instantText } from '../../ui/time.ts'
import { KIND_NAMES } from '../../ui/vehicle-text.ts'
import { Chip, ChipText } from './chip.tsx'
import { cornersOf } from './place.ts'
import { PlaceButton, PlaceChip } from './place-chip.tsx'
import { correct, form, textOfWindow } from './state.ts'
import { texts } from './texts.ts'
import { spellWanted, understand } from './understand.ts'
import { plateIn } from './understand-subject.ts'
import { isWholePlate, NOTHING, type Wanted } from './wanted.ts'

const words = texts.chips

/** The parts that were understood in the box. Each can be corrected or removed, which changes the text of the box. */
export function Chips() {
  const { wanted, window } = form.value
  const isEmpty = Object.keys(NOTHING).every((key) => !wanted[key as keyof Wanted] || key === 'lookAlikes')
  const textChip = (key: 'color' | 'make' | 'model', most: number) =>
    wanted[key] !== '' && (
      <Chip label={words[key]} onRemove={() => correct({ [key]: '' })}>
        <ChipText
          value={wanted[key]}
          label={words[key]}
          most={most}
          onChange={(value) => correct({ [key]: value })}
        />
        {key === 'color' && <OtherNames color={wanted.color} />}
      </Chip>
    )
  return (
    <fieldset class="search-chips">
      <legend class="visually-hidden">{words.label}</legend>
      {isEmpty && <p class="search-chips-none">{words.none}</p>}
      {wanted.plate !== '' && <PlateChip wanted={wanted} />}
      {wanted.region !== '' && (
        <Chip label={words.region} onRemove={() => correct({ region: '' })}>
          <select
            aria-label={words.region}
            title={words.regionHint}
            value={wanted.region}
            onChange={({ currentTarget: { value } }) => correct({ region: value })}
          >
            <RegionOptions />
          </select>
        </Chip>
      )}
      {textChip('color', 20)}
      {textChip('make', 40)}
      {textChip('model', 40)}
      {wanted.kind !== '' && (
        <Chip label={words.kind} onRemove={() => correct({ kind: '' })}>
          <select
            aria-label={words.kind}
            title={words.kindHint}
            value={wanted.kind}
            onChange={({ currentTarget: { value } }) => correct({ kind: value as VehicleKind })}
          >
            {VEHICLE_KINDS.map((kind) => (
              <option key={kind} value={kind}>
                {KIND_NAMES[kind]}
              </option>
            ))}
          </select>
          {wanted.kind === 'truck' && <span class="search-muted">{words.alsoPickups}</span>}
        </Chip>
      )}
      {wanted.place !== '' && <PlaceChip wanted={wanted} />}
      {window.kind === 'span' && textOfWindow(window) && (
        <Chip label={words.when} onRemove={() => correct({}, { kind: 'recent' })}>
          <span>
            {texts.window.text(instantText(new Date(window.from)), instantText(new Date(window.to)))}
          </span>
        </Chip>
      )}
      {wanted.unknown !== '' && (
        <Chip label={words.unknown} isWrong onRemove={() => correct({ unknown: '' })}>
          <ChipText
            value={wanted.unknown}
            label={words.unknown}
            most={100}
            onChange={(value) => {
              const again = understand(`${spellWanted({ ...wanted, unknown: '' })} ${value}`, new Date())
              correct({ ...again.wanted, lookAlikes: wanted.lookAlikes })
            }}
          />
        </Chip>
      )}
      {!cornersOf(wanted.place) && <PlaceButton>{words.map}</PlaceButton>}
    </fieldset>
  )
}

/** Which other colors the search finds: they compare by their basic names. */
function OtherNames({ color }: { color: string }) {
  const others = namesOfColor(color).filter((name) => name !== color)
  return others.length > 0 && <span class="search-muted">{words.alsoColors(others)}</span>
}

function PlateChip({ wanted }: { wanted: Wanted }) {
  return (
    <Chip label={words.plate} onRemove={() => correct({ plate: '', region: '', lookAlikes: false })}>
      <ChipText
        value={wanted.plate}
        label={words.plate}
        most={12}
        isPlate
        onChange={(value) => correct({ plate: plateIn(value) ?? value.toUpperCase() })}
      />
      {isWholePlate(wanted) && (
        <label class="search-chip-switch" title={words.lookAlikesHint}>
          <input
            type="checkbox"
            checked={wanted.lookAlikes}
            onChange={({ currentTarget: { checked } }) => correct({ lookAlikes: checked })}
          />
          {words.lookAlikes}
        </label>
      )}
    </Chip>
  )
}
