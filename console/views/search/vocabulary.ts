import { COLOR_NAMES, type VehicleKind } from '@sightline/schemas/vehicle-words'

/** Names of colors that people type; a search compares them by their basic colors. */
export const COLORS: ReadonlyMap<string, string> = new Map(
  COLOR_NAMES.map((name) => [name, name === 'grey' ? 'gray' : name]),
)

/** Common makes in America with their most frequent models. Any other word after a make counts as its model. */
export const MAKES: Readonly<Record<string, readonly string[]>> = {
  Acura: ['MDX', 'RDX', 'TLX'],
  Audi: ['A4', 'Q5', 'Q7'],
  BMW: ['X3', 'X5', '3 Series'],
  Buick: ['Enclave', 'Encore'],
  Cadillac: ['Escalade', 'XT5'],
  Chevrolet: ['Silverado', 'Malibu', 'Tahoe', 'Suburban', 'Equinox', 'Traverse', 'Colorado', 'Impala'],
  Chrysler: ['Pacifica', '300', 'Town & Country'],
  Dodge: ['Charger', 'Challenger', 'Durango', 'Grand Caravan', 'Journey'],
  Ford: [
    'F-150',
    'F-250',
    'Explorer',
    'Transit',
    'Escape',
    'Mustang',
    'Ranger',
    'Expedition',
    'Fusion',
    'Focus',
  ],
  GMC: ['Sierra', 'Yukon', 'Terrain', 'Acadia'],
  Honda: ['Civic', 'Accord', 'CR-V', 'Odyssey', 'Pilot', 'Fit'],
  Hyundai: ['Elantra', 'Sonata', 'Tucson', 'Santa Fe', 'Kona'],
  Infiniti: ['Q50', 'QX60'],
  Jeep: ['Wrangler', 'Grand Cherokee', 'Cherokee', 'Compass', 'Gladiator', 'Renegade'],
  Kia: ['Optima', 'Sorento', 'Soul', 'Sportage', 'Forte', 'Telluride'],
  Lexus: ['RX', 'ES', 'NX', 'GX'],
  Mazda: ['CX-5', 'Mazda3', 'CX-9'],
  'Mercedes-Benz': ['C-Class', 'E-Class', 'Sprinter', 'GLC'],
  Nissan: ['Altima', 'Rogue', 'Sentra', 'Frontier', 'Pathfinder', 'Titan', 'Versa'],
  Ram: ['1500', '2500', 'ProMaster'],
  Subaru: ['Outback', 'Forester', 'Crosstrek', 'Impreza'],
  Tesla: ['Model 3', 'Model Y', 'Model S', 'Model X', 'Cybertruck'],
  Toyota: ['Camry', 'Corolla', 'RAV4', 'Tacoma', 'Tundra', 'Highlander', 'Prius', '4Runner', 'Sienna'],
  Volkswagen: ['Jetta', 'Passat', 'Tiguan', 'Atlas', 'Golf'],
  Volvo: ['XC60', 'XC90', 'S60'],
  'Alfa Romeo': [],
  Fiat: [],
  Freightliner: [],
  Genesis: [],
  Hummer: [],
  Isuzu: [],
  Jaguar: [],
  Kenworth: [],
  'Land Rover': [],
  Lincoln: ['Navigator'],
  Mercury: [],
  Mini: [],
  Mitsubishi: ['Outlander'],
  Peterbilt: [],
  Pontiac: [],
  Porsche: ['Cayenne', 'Macan'],
  Saturn: [],
  Scion: [],
  Suzuki: [],
}

/** Other names of makes, of one or two words. */
export const MAKE_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'mercedes benz': 'Mercedes-Benz',
    'dodge ram': 'Ram',
    'land rover': 'Land Rover',
    'range rover': 'Land Rover',
    'alfa romeo': 'Alfa Romeo',
    chevy: 'Chevrolet',
    mercedes: 'Mercedes-Benz',
    benz: 'Mercedes-Benz',
    vw: 'Volkswagen',
  }),
)

/** Words that add nothing to a description of a vehicle. Alone, each may be a plate. */
export const FILLERS: ReadonlySet<string> = new Set(
  'a an the with w and of for find search car cars vehicle vehicles plate plates tag tags license license lp'.split(
    ' ',
  ),
)

/** Shades before a color are ignored: histories know only one red. */
export const SHADES: ReadonlySet<string> = new Set(['dark', 'light', 'dk', 'lt', 'bright', 'metallic'])

/** What people call a kind of vehicle. `car` alone may mean any vehicle, so it is a filler. */
export const KINDS: ReadonlyMap<string, VehicleKind> = new Map(
  Object.entries({
    pickup: 'pickup',
    'pick-up': 'pickup',
    truck: 'truck',
    semi: 'truck',
    van: 'van',
    minivan: 'van',
    bus: 'bus',
    motorcycle: 'motorcycle',
    motorbike: 'motorcycle',
    bike: 'motorcycle',
    sedan: 'car',
    coupe: 'car',
    hatchback: 'car',
    wagon: 'car',
    convertible: 'car',
    suv: 'car',
    crossover: 'car',
  } satisfies Record<string, VehicleKind>),
)

/** How a kind is written into the box so that it is understood again. */
export const KIND_WORDS: Readonly<Record<VehicleKind, string>> = {
  car: 'passenger car',
  pickup: 'pickup',
  van: 'van',
  truck: 'truck',
  bus: 'bus',
  motorcycle: 'motorcycle',
}

/** Bodies and doors, which histories do not know. They count as not understood, never as a plate. */
export const BODIES: ReadonlySet<string> = new Set(
  'trailer rv 4x4 4dr 2dr 4-door 2-door door doors'.split(' '),
)

/** Weight class after the model of a truck. */
export const SERIES = /^(?:[123]500|hd)$/i

/** Last words of street names. A text that starts with a number and contains one is an address. */
export const STREET =
  /\b(street|st|avenue|ave|av|road|rd|drive|dr|boulevard|blvd|lane|ln|way|court|ct|place|pl|highway|hwy|parkway|pkwy|freeway|fwy|circle|cir|terrace|trail|route|rte|square|sq|plaza|loop|alley)\b/i

// People type both spellings. cspell:ignore licence
