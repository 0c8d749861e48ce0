import type { Region } from '@sightline/schemas/plate'

/** How an issuer's common plate looks. */
export interface PlateLayout {
  /** The issuer's name along the top. */
  readonly name: string
  readonly nameColour: string
  /** Slant of the name in degrees: some issuers write it in a script. */
  readonly nameSlant?: number
  readonly serialColour: string
  /** Colors of the ground from top to bottom. */
  readonly ground: readonly [string, string]
  readonly slogan: string
  readonly sloganColour: string
  /** Where registration stickers sit. */
  readonly stickers: 'top corners' | 'bottom corners' | 'none'
  /** The small symbol at the place of `*`. */
  readonly symbol?: 'star' | 'orange'
  /** A picture behind the serial. */
  readonly scenery?: 'mountains' | 'sun'
}

const WHITE = ['#f4f4f0', '#f4f4f0'] as const

export const PLATE_LAYOUTS: Readonly<Record<Region, PlateLayout>> = {
  'us-ca': {
    name: 'California',
    nameColour: '#b3202a',
    nameSlant: 12,
    serialColour: '#1d2f6f',
    ground: WHITE,
    slogan: 'dmv.ca.gov',
    sloganColour: '#1d2f6f',
    stickers: 'top corners',
  },
  'us-tx': {
    name: 'TEXAS',
    nameColour: '#16181c',
    serialColour: '#16181c',
    ground: WHITE,
    slogan: 'The Lone Star State',
    sloganColour: '#16181c',
    stickers: 'none',
    symbol: 'star',
  },
  'us-nm': {
    name: 'New Mexico USA',
    nameColour: '#a3231f',
    serialColour: '#a3231f',
    ground: ['#f2c14b', '#f2c14b'],
    slogan: 'Land of Enchantment',
    sloganColour: '#a3231f',
    stickers: 'bottom corners',
  },
  'us-az': {
    name: 'ARIZONA',
    nameColour: '#f5f2ee',
    serialColour: '#173a33',
    ground: ['#8d6fae', '#f4e7d2'],
    slogan: 'GRAND CANYON STATE',
    sloganColour: '#4b3a66',
    stickers: 'top corners',
    scenery: 'mountains',
  },
  'us-nv': {
    name: 'NEVADA',
    nameColour: '#23356e',
    serialColour: '#23356e',
    ground: ['#a9c5df', '#f0e6d6'],
    slogan: 'Home Means Nevada',
    sloganColour: '#23356e',
    stickers: 'top corners',
    scenery: 'mountains',
  },
  'us-co': {
    name: 'COLORADO',
    nameColour: '#f6f8f4',
    serialColour: '#f6f8f4',
    ground: ['#23663f', '#23663f'],
    slogan: '',
    sloganColour: '#f6f8f4',
    stickers: 'bottom corners',
  },
  'us-ut': {
    name: 'UTAH',
    nameColour: '#23408e',
    serialColour: '#1c2230',
    ground: ['#f3f1ea', '#f1cfa4'],
    slogan: 'LIFE ELEVATED',
    sloganColour: '#23408e',
    stickers: 'bottom corners',
    scenery: 'sun',
  },
  'us-or': {
    name: 'Oregon',
    nameColour: '#20407c',
    serialColour: '#1c2a52',
    ground: ['#d7e3ee', '#eef0e6'],
    slogan: '',
    sloganColour: '#20407c',
    stickers: 'bottom corners',
    scenery: 'mountains',
  },
  'us-wa': {
    name: 'WASHINGTON',
    nameColour: '#a32032',
    serialColour: '#1f2e63',
    ground: ['#f2f4f6', '#d3dfec'],
    slogan: 'Evergreen State',
    sloganColour: '#a32032',
    stickers: 'bottom corners',
    scenery: 'mountains',
  },
  'us-ny': {
    name: 'NEW YORK',
    nameColour: '#f2f2ee',
    serialColour: '#16254c',
    ground: ['#1f3a73', '#f0ebd9'],
    slogan: 'EXCELSIOR',
    sloganColour: '#16254c',
    stickers: 'none',
  },
  'us-fl': {
    name: 'MYFLORIDA.COM',
    nameColour: '#1f6b3a',
    serialColour: '#1b5a37',
    ground: WHITE,
    slogan: 'SUNSHINE STATE',
    sloganColour: '#1f6b3a',
    stickers: 'top corners',
    symbol: 'orange',
  },
  'us-il': {
    name: 'Illinois',
    nameColour: '#27438f',
    nameSlant: 8,
    serialColour: '#b1202e',
    ground: ['#cfe0f2', '#f3f5f6'],
    slogan: 'Land of Lincoln',
    sloganColour: '#27438f',
    stickers: 'top corners',
  },
  'us-ok': {
    name: 'OKLAHOMA',
    nameColour: '#1c3a63',
    serialColour: '#1c2f52',
    ground: ['#dfeaf1', '#f4f5f0'],
    slogan: 'EXPLORE OKLAHOMA',
    sloganColour: '#1c3a63',
    stickers: 'bottom corners',
  },
  'mx-bcn': {
    name: 'BAJA CALIFORNIA',
    nameColour: '#7d1f35',
    serialColour: '#16181c',
    ground: WHITE,
    slogan: 'MEXICO',
    sloganColour: '#7d1f35',
    stickers: 'none',
  },
  'mx-chh': {
    name: 'CHIHUAHUA',
    nameColour: '#2f6d46',
    serialColour: '#16181c',
    ground: WHITE,
    slogan: 'MEXICO',
    sloganColour: '#2f6d46',
    stickers: 'none',
  },
}
