import { Button } from '../../../ui/button.tsx'
import { Picture } from '../../../ui/picture.tsx'
import type { Alert } from '../feed/entry.ts'
import { texts } from '../texts.ts'

export type PictureKind = 'plate' | 'vehicle'

/** Address and description of an alert's picture; the vehicle's if there is none of the plate. */
export function pictureOf({ read: { pictures } }: Alert, kind: PictureKind) {
  const name = kind === 'plate' ? (pictures.plate ?? pictures.vehicle) : pictures.vehicle
  return {
    src: name && `/v1/pictures/${name}`,
    alt: kind === 'plate' ? texts.compare.picture : texts.picture.vehicleAlt,
    shape: kind === 'plate' && pictures.plate ? ('plate' as const) : ('vehicle' as const),
  }
}

interface Props {
  alert: Alert
  /** Whether the user stays at this alert. Only then are pictures loaded, which is recorded (AUD-1). */
  isSettled: boolean
  /** Change it to load the judged picture again. */
  look: string
  /** Called when the picture has loaded, or cannot be loaded. */
  seen: (look: string) => void
  open: (kind: PictureKind) => void
}

/** The plate enlarged, and the vehicle. */
export function Pictures({ alert, isSettled, look, seen, open }: Props) {
  const { plate, vehicle } = alert.read.pictures
  if (!isSettled) return <div class="alert-pictures picture picture-plate" />
  const first = pictureOf(alert, 'plate')
  return (
    <div class="alert-pictures">
      <Picture {...first} look={look} done={() => seen(look)} />
      {first.src && (
        <Button kind="quiet" icon="search" onClick={() => open('plate')}>
          {texts.compare.enlarge}
        </Button>
      )}
      {plate && vehicle && (
        <button
          type="button"
          class="alert-vehicle"
          aria-label={texts.compare.enlargeVehicle}
          onClick={() => open('vehicle')}
        >
          <Picture {...pictureOf(alert, 'vehicle')} />
        </button>
      )}
    </div>
  )
}
