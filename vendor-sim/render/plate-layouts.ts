import type { Region } from '@sightline/schemas/plate'

/** How an issuer's common plate looks. */
export interface PlateLayout {
  /** The issuer's name along the top. */
  readonly name: string
  readonly nameColor: string
  /** Slant of the name in degrees: some issuers write it in a script. */
  readonly nameSlant?: number
  readonly serialColor: string
  /** Colors of the ground from top to bottom. */
  readonly ground: readonly [string, string]
  readonly slogan: string
  readonly sloganColor: string
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
    nameColor: '#b3202a',
    nameSlant: 12,
    serialColor: '#1d2f6f',
    ground: WHITE,
    slogan: 'dmv.ca.gov',
    sloganColor: '#1d2f6f',
    stickers: 'top corners',
  },
  'us-tx': {
    name: 'TEXAS',
    nameColor: '#16181c',
    serialColor: '#16181c',
    ground: WHITE,
    slogan: 'The Lone Star State',
    sloganColor: '#16181c',
    stickers: 'none',
    symbol: 'star',
  },
  'us-nm': {
    name: 'New Mexico USA',
    nameColor: '#a3231f',
    serialColor: '#a3231f',
    ground: ['#f2c14b', '#f2c14b'],
    slogan: 'Land of Enchantment',
    sloganColor: '#a3231f',
    stickers: 'bottom corners',
  },
  'us-az': {
    name: 'ARIZONA',
    nameColor: '#f5f2ee',
    serialColor: '#173a33',
    ground: ['#8d6fae', '#f4e7d2'],
    slogan: 'GRAND CANYON STATE',
    sloganColor: '#4b3a66',
    stickers: 'top corners',
    scenery: 'mountains',
  },
  'us-nv': {
    name: 'NEVADA',
    nameColor: '#23356e',
    serialColor: '#23356e',
    ground: ['#a9c5df', '#f0e6d6'],
    slogan: 'Home Means Nevada',
    sloganColor: '#23356e',
    stickers: 'top corners',
    scenery: 'mountains',
  },
  'us-co': {
    name: 'COLORADO',
    nameColor: '#f6f8f4',
    serialColor: '#f6f8f4',
    ground: ['#23663f', '#23663f'],
    slogan: '',
    sloganColor: '#f6f8f4',
    stickers: 'bottom corners',
  },
  'us-ut': {
    name: 'UTAH',
    nameColor: '#23408e',
    serialColor: '#1c2230',
    ground: ['#f3f1ea', '#f1cfa4'],
    slogan: 'LIFE ELEVATED',
    sloganColor: '#23408e',
    stickers: 'bottom corners',
    scenery: 'sun',
  },
  'us-or': {
    name: 'Oregon',
    nameColor: '#20407c',
    serialColor: '#1c2a52',
    ground: ['#d7e3ee', '#eef0e6'],
    slogan: '',
    sloganColor: '#20407c',
    stickers: 'bottom corners',
    scenery: 'mountains',
  },
  'us-wa': {
    name: 'WASHINGTON',
    nameColor: '#a32032',
    serialColor: '#1f2e63',
    ground: ['#f2f4f6', '#d3dfec'],
    slogan: 'Evergreen State',
    sloganColor: '#a32032',
    stickers: 'bottom corners',
    scenery: 'mountains',
  },
  'us-ny': {
    name: 'NEW YORK',
    nameColor: '#f2f2ee',
    serialColor: '#16254c',
    ground: ['#1f3a73', '#f0ebd9'],
    slogan: 'EXCELSIOR',
    sloganColor: '#16254c',
    stickers: 'none',
  },
  'us-fl': {
    name: 'MYFLORIDA.COM',
    nameColor: '#1f6b3a',
    serialColor: '#1b5a37',
    ground: WHITE,
    slogan: 'SUNSHINE STATE',
    sloganColor: '#1f6b3a',
    stickers: 'top corners',
    symbol: 'orange',
  },
  'us-il': {
    name: 'Illinois',
    nameColor: '#27438f',
    nameSlant: 8,
    serialColor: '#b1202e',
    ground: ['#cfe0f2', '#f3f5f6'],
    slogan: 'Land of Lincoln',
    sloganColor: '#27438f',
    stickers: 'top corners',
  },
  'us-ok': {
    name: 'OKLAHOMA',
    nameColor: '#1c3a63',
    serialColor: '#1c2f52',
    ground: ['#dfeaf1', '#f4f5f0'],
    slogan: 'EXPLORE OKLAHOMA',
    sloganColor: '#1c3a63',
    stickers: 'bottom corners',
  },
  'mx-bcn': {
    name: 'BAJA CALIFORNIA',
    nameColor: '#7d1f35',
    serialColor: '#16181c',
    ground: WHITE,
    slogan: 'MEXICO',
    sloganColor: '#7d1f35',
    stickers: 'none',
  },
  'mx-chh': {
    name: 'CHIHUAHUA',
    nameColor: '#2f6d46',
    serialColor: '#16181c',
    ground: WHITE,
    slogan: 'MEXICO',
    sloganColor: '#2f6d46',
    stickers: 'none',
  },
}
