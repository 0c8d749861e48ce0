import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { spelled, understand } from '../../../console/views/search/understand.ts'
import { COLOURS, MAKES } from '../../../console/views/search/vocabulary.ts'
import { areaOf, faultOf, NOTHING, requestOf } from '../../../console/views/search/wanted.ts'

describe('what was typed into the box of the search', () => {
  it.each([
    ['7abc 123', { plate: '7ABC123' }],
    ['7ABC-123', { plate: '7ABC123' }],
    ['plate 7AB*', { plate: '7AB*' }],
    ['7ABC1?3', { plate: '7ABC1?3' }],
    ['TACOMA', { model: 'Tacoma' }],
    ['GOFAST', { plate: 'GOFAST' }],
    ['white Toyota Camry', { colour: 'white', make: 'Toyota', model: 'Camry' }],
    ['gray chevy silverado', { colour: 'grey', make: 'Chevrolet', model: 'Silverado' }],
    ['Toyota Hilux', { make: 'Toyota', model: 'Hilux' }],
    ['white F150', { colour: 'white', model: 'F-150' }],
    ['Tesla model 3', { make: 'Tesla', model: 'Model 3' }],
    ['Toyota 7ABC123', { make: 'Toyota', plate: '7ABC123' }],
    ['1 Harbor Drive, San Diego', { place: '1 Harbor Drive, San Diego' }],
    ['101 Palm Avenue, San Ysidro, CA, 500 m', { place: '101 Palm Avenue, San Ysidro, CA', radiusM: 500 }],
    ['within 2 km of 1 Harbor Drive', { place: '1 Harbor Drive', radiusM: 2000 }],
    ['7AB* near 1 Harbor Drive, San Diego', { plate: '7AB*', place: '1 Harbor Drive, San Diego' }],
    [
      'white Toyota Camry within 1 mile of 1 Harbor Drive',
      { colour: 'white', make: 'Toyota', model: 'Camry', place: '1 Harbor Drive', radiusM: 1609 },
    ],
    [
      'white Camry 12 Oak Street, El Paso',
      { colour: 'white', model: 'Camry', place: '12 Oak Street, El Paso' },
    ],
    ['silver van, 12 Oak Street', { colour: 'silver', plate: 'VAN', place: '12 Oak Street' }],
    ['32.543, -117.029', { place: '32.543, -117.029' }],
    ['Toyota near 32.543,-117.029', { make: 'Toyota', place: '32.543,-117.029' }],
    ['the one with the dent', { unknown: 'the one with the dent' }],
    ['', {}],
  ])('%j', (text, expected) => {
    expect(understand(text)).toEqual({ ...NOTHING, ...expected })
  })

  it('is spelled again as it was understood', () => {
    const make = fc.constantFrom(...Object.keys(MAKES))
    const vehicle = make.chain((make) =>
      fc.record({ make: fc.constant(make), model: fc.constantFrom('', ...MAKES[make]!) }),
    )
    const none = fc.constant({ make: '', model: '' })
    const wanted = fc.record({
      plate: fc.constantFrom('', '7ABC123', '7AB*', 'A?C12', 'XY99'),
      colour: fc.constantFrom('', ...Object.values(COLOURS)),
      vehicle: fc.oneof(none, vehicle),
      where: fc.oneof(
        fc.constant({ place: '', radiusM: null }),
        fc.record({
          place: fc.constantFrom('1 Harbor Drive, San Diego', '32.5, -117.1', 'Palm Avenue'),
          radiusM: fc.option(fc.integer({ min: 1, max: 50_000 })),
        }),
      ),
    })
    fc.assert(
      fc.property(wanted, ({ plate, colour, vehicle, where }) => {
        const one = { ...NOTHING, plate, colour, ...vehicle, ...where }
        expect(understand(spelled(one))).toEqual(one)
      }),
    )
  })
})

describe('what is asked of the api', () => {
  it('names look-alikes of whole plates alone', () => {
    const plate = { ...NOTHING, plate: '7ABC123', lookAlikes: true }
    expect(requestOf(plate)).toEqual({ plate: '7ABC123', match: 'ocr' })
    expect(requestOf({ ...plate, plate: '7AB*', place: '1 Harbor Drive' })).toEqual({
      pattern: '7AB*',
      area: { address: '1 Harbor Drive' },
    })
  })

  it('gives a position a radius', () => {
    expect(areaOf({ ...NOTHING, place: '32.5, -117.1' })).toEqual({ lat: 32.5, lon: -117.1, radiusM: 500 })
    expect(areaOf({ ...NOTHING, place: '99.5, -117.1' })).toEqual({ address: '99.5, -117.1' })
  })

  it.each([
    [{}, 'nothing'],
    [{ plate: 'A*', place: 'x' }, 'short-pattern'],
    [{ plate: '7AB*' }, 'pattern-place'],
    [{ colour: 'white' }, 'vehicle-place'],
    [{ plate: '7ABC123', unknown: 'dent' }, 'unknown'],
    [{ plate: '7ABC123' }, null],
    [{ plate: '7ABC123', colour: 'white' }, null],
    [{ place: '1 Harbor Drive' }, null],
  ])('%j cannot be asked for: %s', (part, fault) => {
    expect(faultOf({ ...NOTHING, ...part })).toBe(fault)
  })
})
