import type { Track } from './track.ts'

/** A tracker's memory as plain data (JSON), so that another one can continue. */
export interface SavedTracker {
  readonly lastSeenAt: number | null
  readonly setBack: number
  readonly tracks: readonly SavedTrack[]
}

type SavedTrack = Omit<Track, 'voted' | 'rivals' | 'missed'> & {
  /** Absent in data saved by an agent before version 0.2. */
  readonly missed?: Track['missed']
  /** Positions of its rivals in the list of tracks. */
  readonly rivals: readonly number[]
}

/** Number of sights that are saved of a plate whose read was already made: enough to recognize it. */
const SIGHTS_OF_REPORTED = 5

export const saveTracks = (tracks: readonly Track[]): SavedTrack[] =>
  tracks.map(({ voted: _, rivals, sights, ...track }) => ({
    ...track,
    sights: track.reported ? sights.slice(0, SIGHTS_OF_REPORTED) : sights,
    rivals: [...rivals].map((rival) => tracks.indexOf(rival)).filter((place) => place >= 0),
  }))

export function restoreTracks(saved: readonly SavedTrack[]): Track[] {
  const tracks = saved.map(
    (track): Track => ({
      missed: null,
      ...structuredClone(track),
      voted: null,
      rivals: new Set(),
    }),
  )
  for (const [n, { rivals }] of saved.entries()) {
    for (const place of rivals) tracks[n]!.rivals.add(tracks[place]!)
  }
  return tracks
}
