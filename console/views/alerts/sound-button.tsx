import { announce } from '../../shell/toasts.tsx'
import { Button } from '../../ui/button.tsx'
import { prefer, preferences } from './notify/preferences.ts'
import { allowSound, isAudible, playTone } from './notify/tone.ts'
import { texts } from './texts.ts'

/** Switches the tone of new alerts, and plays it when switched on. */
export function switchSound(): void {
  const sound = !preferences.value.sound
  prefer({ sound })
  announce(sound ? texts.sound.on : texts.sound.off)
  if (sound) void allowSound().then(() => playTone('normal'))
}

export function SoundButton() {
  const { sound } = preferences.value
  const isWaiting = sound && !isAudible.value
  return (
    <Button
      icon={sound ? 'sound' : 'sound-off'}
      aria-pressed={sound}
      title={isWaiting ? texts.sound.waitingHint : undefined}
      onClick={switchSound}
    >
      {isWaiting ? texts.sound.waiting : sound ? texts.sound.on : texts.sound.off}
    </Button>
  )
}
