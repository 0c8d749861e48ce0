import { Button } from '../../ui/button.tsx'
import { instantText } from '../../ui/time.ts'
import type { Moment } from './play-axis.ts'
import { texts } from './texts.ts'
import type { usePlayer } from './use-player.ts'

const words = texts.movements
const SPEEDS = [1, 5, 20, 60]

interface Props {
  player: ReturnType<typeof usePlayer>
  length: number
  moment: Moment | null
  minutes: number
  onMinutes: (minutes: number) => void
  /** Moves by this many sightings. */
  onStep: (by: number) => void
}

/** Controls to play the movements: play, pause, previous, next, speed, and a time slider. */
export function Player({ player, length, moment, minutes, onMinutes, onStep }: Props) {
  const text = moment ? words.value(instantText(new Date(moment.at)), moment.trip) : ''
  return (
    <div class="review-player">
      <Button icon="chevron-left" aria-label={words.before} onClick={() => onStep(-1)} />
      <Button kind="primary" icon={player.isPlaying ? 'pause' : 'play'} onClick={player.toggle}>
        {player.isPlaying ? words.pause : words.play}
      </Button>
      <Button icon="chevron-right" aria-label={words.after} onClick={() => onStep(1)} />
      <input
        type="range"
        min={0}
        max={length}
        step={1000}
        value={player.along}
        aria-label={words.scrub}
        aria-valuetext={text}
        onInput={({ currentTarget: { value } }) => player.goTo(Number(value))}
      />
      <output class="review-moment">{text}</output>
      <select
        aria-label={words.speed}
        value={minutes}
        onChange={({ currentTarget: { value } }) => onMinutes(Number(value))}
      >
        {SPEEDS.map((speed) => (
          <option key={speed} value={speed}>
            {words.speeds(speed)}
          </option>
        ))}
      </select>
    </div>
  )
}
