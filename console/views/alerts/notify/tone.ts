import { signal } from '@preact/signals'

/** Tones by Web Audio; browsers allow them after the user's first click or key. */
let audio: AudioContext | undefined

/** Whether tones are audible. */
export const isAudible = signal(false)

/** Call it in the handler of a click or key: from then on tones are audible. */
export async function allowSound(): Promise<void> {
  audio ??= new AudioContext()
  await audio.resume()
  isAudible.value = audio.state === 'running'
}

/** Frequency (hertz) and duration (seconds) of each note. */
const NOTES = {
  high: [
    [880, 0.14],
    [1175, 0.14],
    [880, 0.14],
    [1175, 0.2],
  ],
  normal: [
    [660, 0.16],
    [880, 0.2],
  ],
} as const

const LOUDNESS = 0.18

/** Plays the tone of a priority; low priority has none. */
export function playTone(priority: keyof typeof NOTES): void {
  if (audio?.state !== 'running') return
  let at = audio.currentTime + 0.02
  for (const [hertz, seconds] of NOTES[priority]) {
    const note = audio.createOscillator()
    const volume = audio.createGain()
    note.frequency.value = hertz
    // Fade in and out, so that neither end clicks.
    volume.gain.setValueAtTime(0, at)
    volume.gain.linearRampToValueAtTime(LOUDNESS, at + 0.015)
    volume.gain.linearRampToValueAtTime(0, at + seconds)
    note.connect(volume).connect(audio.destination)
    note.start(at)
    note.stop(at + seconds)
    at += seconds
  }
}
