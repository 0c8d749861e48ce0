import { expect, it } from 'vitest'
import { vehicleText } from '../../../console/ui/vehicle-text.ts'

const told = { make: 'Toyota', model: null, color: 'gray', kind: 'pickup', view: 'rear' } as const

it.each<[string, Parameters<typeof vehicleText>[0], string]>([
  ['nothing', null, ''],
  ['nothing that is known', { make: null, model: null, color: null, kind: null }, ''],
  ['what a vendor says', told, 'gray Toyota pickup, seen from the rear'],
  [
    'what a network is sure of',
    { ...told, certainty: { color: 0.97, kind: 0.9, view: 1 } },
    'gray Toyota pickup, seen from the rear',
  ],
  [
    'what it is not sure of',
    { ...told, certainty: { color: 0.749, kind: 0.61, view: 0.899 } },
    'gray (74% sure) Toyota pickup (61% sure), seen from the rear (89% sure)',
  ],
  ['a view alone', { make: null, model: null, color: null, view: 'front' }, 'seen from the front'],
])('says %s', (_, vehicle, text) => {
  expect(vehicleText(vehicle)).toBe(text)
})
