/** Colours as vendors call them, and as people do. */
export const COLOURS: Readonly<Record<string, string>> = {
  white: 'white',
  black: 'black',
  grey: 'grey',
  gray: 'grey',
  silver: 'silver',
  blue: 'blue',
  red: 'red',
  maroon: 'red',
  green: 'green',
  brown: 'brown',
  beige: 'beige',
  tan: 'beige',
  gold: 'gold',
  yellow: 'yellow',
  orange: 'orange',
  purple: 'purple',
}

/** Makes on American roads and their models that are seen most; any other word after a make is taken as its model. */
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
}

/** What else makes are called. */
export const MAKE_NAMES: Readonly<Record<string, string>> = {
  chevy: 'Chevrolet',
  mercedes: 'Mercedes-Benz',
  benz: 'Mercedes-Benz',
  vw: 'Volkswagen',
}

/** Last words of streets: what begins with a number and has one is an address. */
export const STREET =
  /\b(street|st|avenue|ave|av|road|rd|drive|dr|boulevard|blvd|lane|ln|way|court|ct|place|pl|highway|hwy|parkway|pkwy|freeway|fwy|circle|cir|terrace|trail|route|rte|square|sq|plaza|loop|alley)\b/i
