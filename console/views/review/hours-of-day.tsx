import { texts } from './texts.ts'

/** Sightings by the hour of the day as small bars. @param hours 24 counts, from midnight */
export function HoursOfDay({ hours }: { hours: readonly number[] }) {
  const most = Math.max(1, ...hours)
  return (
    <svg
      class="review-hours"
      viewBox="0 0 96 20"
      role="img"
      aria-label={texts.places.clockLabel(hours.indexOf(Math.max(...hours)))}
    >
      {[0, 6, 12, 18].map((hour) => (
        <rect key={hour} class="review-hours-tick" x={hour * 4} y={0} width={0.5} height={20} />
      ))}
      {hours.map((count, hour) =>
        count === 0 ? null : (
          <rect
            key={hour}
            class="review-hours-bar"
            x={hour * 4 + 0.5}
            y={20 - (count / most) * 19}
            width={3}
            height={(count / most) * 19}
          />
        ),
      )}
    </svg>
  )
}
