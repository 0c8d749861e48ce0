import { several } from '@sightline/schemas/several'
/** Texts of the map. */
export const texts = {
  loading: 'Loading the map',
  failed: 'The map can’t be shown here',
  noWebGl: 'This browser can’t draw maps (WebGL is off). Use the list instead.',
  list: (count: number) => `${several(count, 'place')} as a list`,
  keys: 'Arrow keys move the map; + and − zoom in and out.',
  keysPick: 'Arrow keys move the map; + and − zoom in and out; Enter takes the place in the center.',
  nearer: 'Zoom in',
  farther: 'Zoom out',
  all: 'Fit all',
  noPlaces: 'Nothing here has a known place.',
}

/** Cities and countries beyond the border. */
export const neighbors = [
  { name: 'CANADA', lat: 52.5, lon: -106 },
  { name: 'CANADA', lat: 48.6, lon: -79 },
  { name: 'MEXICO', lat: 27.5, lon: -106 },
  { name: 'MEXICO', lat: 25.6, lon: -100.8 },
  { name: 'Tijuana', lat: 32.503, lon: -117.02 },
  { name: 'Mexicali', lat: 32.62, lon: -115.46 },
  { name: 'Heroica Nogales', lat: 31.302, lon: -110.938 },
  { name: 'Ciudad Juárez', lat: 31.7, lon: -106.43 },
  { name: 'Nuevo Laredo', lat: 27.48, lon: -99.54 },
  { name: 'Reynosa', lat: 26.06, lon: -98.29 },
  { name: 'Matamoros', lat: 25.86, lon: -97.52 },
  { name: 'Piedras Negras', lat: 28.69, lon: -100.54 },
  { name: 'Ciudad Acuña', lat: 29.31, lon: -100.95 },
  { name: 'Agua Prieta', lat: 31.31, lon: -109.55 },
] as const
