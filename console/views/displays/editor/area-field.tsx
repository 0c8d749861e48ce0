import type { RefObject } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { type MapArea, MapView, type Place } from '../../../map/map.tsx'
import { Button } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import { texts } from '../texts.ts'
import type { Area } from './draft.ts'

interface Props {
  area: Area | null
  set: (area: Area | null) => void
}

type Kind = 'none' | 'circle' | 'polygon'
const KINDS: readonly Kind[] = ['none', 'circle', 'polygon']
/** Radius of a new circle, meters. */
const RADIUS_M = 5000
const NO_POINTS: never[] = []

/** Where a display matches: chosen on the map, or typed. */
export function AreaField({ area, set }: Props) {
  const words = texts.area
  const [kind, setKind] = useState<Kind>(kindOf(area))
  /** An area with fewer than three corners. */
  const [corners, setCorners] = useState<Place[]>(cornersOf(area))
  const [radiusM, setRadius] = useState(area && 'radiusM' in area ? area.radiusM : RADIUS_M)
  const shown = useMemo(() => shapesOf(area), [area])
  const marks = useMemo(
    () =>
      kind === 'polygon' && !area
        ? corners.map((at, n) => ({ ...at, id: String(n), label: `${n + 1}`, kind: 'place' as const }))
        : NO_POINTS,
    [kind, corners, area],
  )

  const setShape = (next: Place[]) => {
    setCorners(next)
    set(next.length >= 3 ? { polygon: next.map(({ lat, lon }) => ({ lat, lon })) } : null)
  }
  const pick = ({ lat, lon }: Place) => {
    const at = { lat: round(lat), lon: round(lon) }
    if (kind === 'circle') set({ ...at, radiusM })
    else setShape([...corners, at])
  }
  return (
    <fieldset class="displays-fieldset">
      <legend class="legend">{words.heading}</legend>
      <div class="displays-choices">
        {KINDS.map((one) => (
          <label key={one} class="choice">
            <input
              type="radio"
              name="area"
              checked={kind === one}
              onChange={() => {
                setKind(one)
                setCorners([])
                set(null)
              }}
            />
            {words.kinds[one]}
          </label>
        ))}
      </div>
      {kind !== 'none' && (
        <>
          <p class="field-hint">{kind === 'circle' ? words.circleHint : words.polygonHint}</p>
          <div class="displays-map">
            <MapView label={words.map} points={marks} areas={shown} onPick={pick} hasTable />
          </div>
        </>
      )}
      {kind === 'circle' && (
        <div class="displays-columns">
          <Typed at={area && 'radiusM' in area ? area : null} onPlace={pick} />
          <Field label={words.radius}>
            <input
              type="number"
              min={0.1}
              max={5000}
              step="any"
              defaultValue={radiusM / 1000}
              onInput={(event) => {
                const meters = event.currentTarget.valueAsNumber * 1000
                if (!(meters > 0)) return
                setRadius(meters)
                if (area && 'radiusM' in area) set({ ...area, radiusM: meters })
              }}
            />
          </Field>
        </div>
      )}
      {kind === 'polygon' && (
        <>
          <div class="displays-columns">
            <Typed at={null} onPlace={pick} button />
          </div>
          <p class="displays-choices">
            <span role="status">
              {words.corners(corners.length)}
              {corners.length < 3 && `. ${words.incomplete}`}
            </span>
            <Button disabled={corners.length === 0} onClick={() => setShape(corners.slice(0, -1))}>
              {words.undo}
            </Button>
          </p>
        </>
      )}
    </fieldset>
  )
}

interface TypedProps {
  at: Place | null
  onPlace: (place: Place) => void
  /** Loaded on demand; otherwise once both exist. */
  button?: boolean
}

/** A position as numbers, for users without the map. */
function Typed({ at, onPlace, button = false }: TypedProps) {
  const words = texts.area
  const lat = useRef<HTMLInputElement>(null)
  const lon = useRef<HTMLInputElement>(null)
  const take = () => {
    const [y, x] = [lat.current, lon.current]
    if (y?.value && x?.value && y.checkValidity() && x.checkValidity())
      onPlace({ lat: y.valueAsNumber, lon: x.valueAsNumber })
  }
  const onInput = button ? undefined : take
  // A place picked on the map appears here as well; text being typed is not changed.
  useEffect(() => {
    const [y, x] = [lat.current, lon.current]
    if (!at || !y || !x || [y, x].includes(document.activeElement as HTMLInputElement)) return
    y.value = String(at.lat)
    x.value = String(at.lon)
  }, [at])
  const add = () => {
    take()
    for (const input of [lon.current, lat.current]) {
      if (input) input.value = ''
      input?.focus()
    }
  }
  return (
    <>
      <Degrees label={words.lat} input={lat} most={90} at={at?.lat} onInput={onInput} />
      <Degrees label={words.lon} input={lon} most={180} at={at?.lon} onInput={onInput} />
      {button && <Button onClick={add}>{words.addCorner}</Button>}
    </>
  )
}

interface DegreesProps {
  label: string
  input: RefObject<HTMLInputElement>
  /** Positive or negative. */
  most: number
  at: number | undefined
  onInput: (() => void) | undefined
}

const Degrees = ({ label, input, most, at, onInput }: DegreesProps) => (
  <Field label={label}>
    <input ref={input} type="number" min={-most} max={most} step="any" defaultValue={at} onInput={onInput} />
  </Field>
)

const kindOf = (area: Area | null): Kind => (!area ? 'none' : 'radiusM' in area ? 'circle' : 'polygon')
const cornersOf = (area: Area | null): Place[] => (area && 'polygon' in area ? area.polygon : [])

/** An area as the map draws it. */
export const shapesOf = (area: Area | null): MapArea[] => {
  if (!area) return []
  return [area]
}

/** Rounded to a meter: a click is not more precise. */
const round = (degrees: number): number => Math.round(degrees * 1e5) / 1e5
