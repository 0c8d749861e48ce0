import { useState } from 'preact/hooks'
import { Button } from '../../ui/button.tsx'
import { Chip, ChipText } from './chip.tsx'
import { areaText, cornersOf, positionOf } from './place.ts'
import { PlaceDialog } from './place-dialog.tsx'
import { correct } from './state.ts'
import { texts } from './texts.ts'
import { POSITION_RADIUS_M, type Wanted } from './wanted.ts'

const RADII = [100, 250, 500, 1000, 2000, 5000, 10_000, 25_000, 50_000]
const words = texts.chips

/** Where: an address or a position with how far around it, or an area of corners. */
export function PlaceChip({ wanted }: { wanted: Wanted }) {
  const corners = cornersOf(wanted.place)
  const remove = () => correct({ place: '', radiusM: null })
  if (corners) {
    return (
      <Chip label={words.inside} onRemove={remove}>
        <span>{areaText(corners)}</span>
        <PlaceButton>{words.change}</PlaceButton>
      </Chip>
    )
  }
  const isPosition = positionOf(wanted.place) !== null
  const radius = wanted.radiusM ?? (isPosition ? POSITION_RADIUS_M : 0)
  const radii = [...new Set([...RADII, radius])].filter((metres) => metres > 0).sort((a, b) => a - b)
  return (
    <Chip label={words.place} onRemove={remove}>
      <ChipText
        value={wanted.place}
        label={words.place}
        most={200}
        onChange={(place) => correct({ place })}
      />
      <select
        aria-label={words.radius}
        value={String(radius)}
        onChange={({ currentTarget: { value } }) => correct({ radiusM: Number(value) || null })}
      >
        {!isPosition && <option value="0">{words.atParser}</option>}
        {radii.map((metres) => (
          <option key={metres} value={metres}>
            {words.metres(metres)}
          </option>
        ))}
      </select>
    </Chip>
  )
}

/** Opens the map on which a place is chosen. */
export function PlaceButton({ children }: { children: string }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button kind="quiet" icon="place" onClick={() => setOpen(true)}>
        {children}
      </Button>
      {isOpen && <PlaceDialog onClose={() => setOpen(false)} />}
    </>
  )
}
