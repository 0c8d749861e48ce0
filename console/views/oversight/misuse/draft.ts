import type { Body } from '../../../api/client.ts'

export type Settings = Body<'/v1/oversight/misuse-settings', 'put'>
export type ClosePlate = Settings['closePlates'][number]
type Threshold = keyof NonNullable<Settings['thresholds']>

/** Thresholds with their defaults (schemas/misuse.ts has the same; shown only as a hint). */
export const THRESHOLDS: Record<Threshold, number> = {
  spikePeople: 4,
  spikeCases: 3,
  spikeHours: 72,
  offShift: 3,
  sameHours: 8,
  vague: 3,
  copiedCases: 3,
  volumeTimes: 4,
  volumeLeast: 20,
  volumePeers: 5,
  followUpDays: 14,
  followUpLeast: 10,
  followUpShare: 90,
}

/** The settings in the form; parts that the form does not show (`shifts`) stay unchanged. */
export function settingsOf(
  values: FormData,
  { shifts }: Pick<Settings, 'shifts'>,
  closePlates: readonly ClosePlate[],
): Settings {
  const thresholds: Partial<Record<Threshold, number>> = {}
  for (const name of Object.keys(THRESHOLDS) as Threshold[]) {
    const text = String(values.get(name) ?? '').trim()
    if (text) thresholds[name] = Number(text)
  }
  return {
    closePlates: closePlates.filter(({ plate }) => plate !== ''),
    shift: values.get('hasShift')
      ? {
          timeZone: String(values.get('timeZone')).trim(),
          days: values.getAll('days').map(Number),
          fromHour: Number(values.get('fromHour')),
          toHour: Number(values.get('toHour')),
        }
      : null,
    shifts,
    thresholds,
  }
}
