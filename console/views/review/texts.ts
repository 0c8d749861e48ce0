import { several } from '@sightline/schemas/several'

/** Words of the review tools. */
export const texts = {
  title: 'Review tools',
  lead: 'Movements, frequent places, companions, address links and impossible travel for a plate in one of your cases (QRY-10).',
  search: 'Search',
  choose: {
    title: 'Which subject?',
    text: 'The tools look at one plate that an open case names: there is no looking without one (QRY-6).',
    none: 'None of your open cases names a plate. Open a case, or name a plate in one, on the search page.',
    subjects: (ref: string) => `Plates that ${ref} names`,
    gone: 'The case does not name this subject (any more), or is closed.',
  },
  permit: {
    by: (ref: string) => `Permitted by ${ref}`,
    names: 'It names this plate:',
    authority: 'Authority',
  },
  form: {
    purpose: 'What this review is for',
    purposeHint: 'In your words, at least three; it is recorded with each tool that is used (AUD-1).',
    submit: 'Run',
    waiting: 'Enter a purpose, then select Run.',
  },
  tools: {
    label: 'Tools',
    timeline: 'Movements',
    places: 'Places',
    companions: 'Travels with',
    'address-link': 'Address',
    'impossible-travel': 'Impossible travel',
  },
  about: {
    timeline:
      'Sightings in time order. A 2-hour gap ends a trip. Lines connect sightings; they are not the route driven.',
    places:
      'Most frequent places. Sightings within 150 m count as one place; a visit ends after 12 hours or at the next place.',
    companions:
      'Vehicles seen at the same camera within two minutes, compared with the same hours in eight other weeks (commuters overlap by chance). These are leads: check the images.',
    'address-link':
      'How often it comes to an address and stays. The others that come there are counted, not named (QRY-6).',
    'impossible-travel':
      'Sightings that no one vehicle explains, at more than 252 km/h in a straight line after tolerances: a cloned or misread plate. The pictures decide (DSP-7).',
  },
  basis: {
    sightings: (count: number) => several(count, 'sighting', 'sightings'),
    truncated: 'There are more, older sightings than a review looks at: take a shorter window.',
    repeat: (at: string) => `answered from the cache as of ${at}`,
    nothing: 'It was not seen in this window.',
  },
  movements: {
    map: 'Movements of the vehicle',
    play: 'Play',
    pause: 'Pause',
    before: 'Sighting before',
    after: 'Sighting after',
    speed: 'Speed',
    speeds: (minutes: number) => `${minutes} min/s`,
    scrub: 'Time of the movements',
    value: (time: string, trip: number) => `${time}, trip ${trip}`,
    sightings: 'Sightings',
    trip: 'Trip',
    seenAt: 'Seen at',
    km: (km: string) => `${km} km`,
    unplaced: (count: number) =>
      `${several(count, 'sighting has', 'sightings have')} no known place: not on the map`,
    mobile: 'moving reader',
    picture: 'Show the picture',
    pictureAlt: 'The vehicle, as the camera saw it',
  },
  places: {
    label: 'Places, the most visited first',
    map: 'Places that the vehicle visits',
    rank: 'Rank',
    place: 'Place',
    visits: 'Visits',
    days: 'Days',
    hours: 'Hours',
    clock: 'Time of day',
    clockLabel: (hour: number) => `mostly about ${String(hour).padStart(2, '0')}:00`,
    last: 'Last',
    zone: (zone: string) => `Hours of the day are those of ${zone}.`,
  },
  company: {
    label: 'Who travels along, the least likely by chance first',
    plate: 'Plate',
    days: 'Days',
    sightings: 'Times',
    expected: 'By chance',
    lift: 'Lift',
    chance: 'Chance',
    chanceText: (chance: number) =>
      chance >= 0.005
        ? `${(chance * 100).toFixed(chance < 0.1 ? 1 : 0)} %`
        : `1 in ${Math.round(1 / chance).toLocaleString('en-GB')}`,
    liftText: (lift: number) => (lift >= 100 ? '≥ 100 ×' : `${lift.toFixed(1)} ×`),
    verdicts: { strong: 'unlikely by chance', some: 'perhaps', none: 'chance' },
    verdict: 'Assessment',
    evidence: 'Times together',
    evidenceOf: 'The last times that both were seen',
    by: (camera: string) => `by ${camera}`,
    none: 'Nobody travels along more than chance brings about.',
    name: 'Name this plate in the case …',
    choose: 'Select a plate to see when both were seen.',
  },
  address: {
    address: 'Address',
    addressHint: 'As readers have it, e.g. 101 Palm Avenue, San Ysidro, CA',
    radius: 'Within, metres',
    submit: 'Look there',
    verdict: (stays: number, days: number) =>
      stays === 0
        ? 'It passes, and was not seen to stay.'
        : `It stayed ${several(stays, 'time', 'times')}, on ${several(days, 'day', 'days')}.`,
    visits: 'Visits',
    stays: 'Stays (seen twice within three hours)',
    days: 'Days seen there',
    rank: 'Rank among all vehicles seen there',
    rankText: (rank: number, all: number) => `${rank} of ${all}`,
    asOften: 'Others that stay as often, or more',
    first: 'First',
    last: 'Last',
    never: 'It was never seen there in this window.',
    passes: 'In what came back it passes by. Whether it stayed is not known.',
    of: (address: string, radiusM: number | undefined) =>
      radiusM === undefined ? `Link to ${address}` : `Link to ${address}, within ${radiusM} m`,
    waiting: 'Say the address, then look.',
  },
  travel: {
    label: 'Pairs of sightings that one vehicle cannot explain, the fastest first',
    map: 'The pair of sightings',
    verdicts: {
      possible: 'One vehicle explains every sighting.',
      incomplete: 'One vehicle explains the sightings that came back; others are missing.',
      'perhaps-misread': 'Perhaps misread: one day alone does not fit.',
      'several-vehicles': 'Several vehicles carry this plate: a clone.',
    },
    pairs: (count: number, days: number) =>
      `${several(count, 'pair', 'pairs')} on ${several(days, 'day', 'days')}`,
    first: 'First',
    second: 'Then',
    distance: 'Apart',
    time: 'Time',
    speed: 'At least',
    speedText: (kmh: number) => `${Math.round(kmh).toLocaleString('en-GB')} km/h`,
    vehicles: 'Vehicles that would explain it',
    vehicle: (n: number, sightings: number, days: number) =>
      `Vehicle ${n}: ${several(sightings, 'sighting', 'sightings')} on ${several(days, 'day', 'days')}`,
  },
}
