/** Outlines of 20 × 20, drawn with the color of the text around them. */
const PATHS = {
  brand: 'M2 6h16v8H2zM5 10h2M9 10h2M13 10h2',
  alert: 'M10 3a5 5 0 0 1 5 5v3l2 3H3l2-3V8a5 5 0 0 1 5-5zM8 16a2 2 0 0 0 4 0',
  search: 'M9 3a6 6 0 1 1 0 12A6 6 0 0 1 9 3zM13.5 13.5 18 18',
  display: 'M10 4v3M10 13v3M4 10h3M13 10h3M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14z',
  case: 'M3 6h14v10H3zM7 6V4h6v2M3 10h14',
  oversight: 'M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5zM10 8a2 2 0 1 1 0 4 2 2 0 0 1 0-4z',
  settings: 'M4 5h12M4 10h12M4 15h12M7 3v4M13 8v4M9 13v4',
  person: 'M10 3a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7zM3 17c1-4 4-5 7-5s6 1 7 5',
  check: 'M4 10l4 4 8-9',
  close: 'M5 5l10 10M15 5 5 15',
  warning: 'M10 3 2 17h16zM10 8v4M10 14.5v.1',
  info: 'M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM10 9v5M10 6.5v.1',
  camera: 'M3 6h3l1-2h6l1 2h3v10H3zM10 8a3 3 0 1 1 0 6 3 3 0 0 1 0-6z',
  lock: 'M5 9h10v8H5zM7 9V6a3 3 0 0 1 6 0v3',
  clock: 'M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM10 6v4l3 2',
  place: 'M10 2a5 5 0 0 1 5 5c0 4-5 10-5 10S5 11 5 7a5 5 0 0 1 5-5zM10 6v2',
  'chevron-left': 'M12 4l-6 6 6 6',
  'chevron-right': 'M8 4l6 6-6 6',
  'chevron-down': 'M4 8l6 6 6-6',
  plus: 'M10 4v12M4 10h12',
  sound: 'M3 8h3l4-4v12l-4-4H3zM13 7a4 4 0 0 1 0 6',
  'sound-off': 'M3 8h3l4-4v12l-4-4H3zM13 8l4 4M17 8l-4 4',
  export: 'M10 13V3M6 7l4-4 4 4M3 13v4h14v-4',
  play: 'M6 4l10 6-10 6z',
  pause: 'M6 4v12M14 4v12',
} as const

export type IconName = keyof typeof PATHS

/** A small drawing next to words. Without words, its parent needs an `aria-label`. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  )
}
