import { several } from '@sightline/schemas/several'
import { addRules } from '../../ui/why.tsx'

/** Texts of the review tools. */
export const texts = {
  title: 'Review tools',
  lead: addRules(
    'Movements, frequent places, companions, address links and impossible travel for a plate in one of your cases.',
    'QRY-10',
  ),
  search: 'Search',
  choose: {
    title: 'Which subject?',
    text: addRules('The review tools work on one plate at a time, and an open case must list it.', 'QRY-6'),
    none: 'None of your open cases lists a plate. On the search page, open a case or add a plate to one.',
    subjects: (ref: string) => `Plates in ${ref}`,
    gone: 'The case is closed or no longer lists this subject.',
  },
  permit: {
    by: (ref: string) => `Permitted by ${ref}`,
    names: 'It lists this plate:',
    authority: 'Authority',
  },
  form: {
    purpose: 'Purpose of this review',
    purposeHint: addRules('At least three words. Logged with each tool you run.', 'AUD-1'),
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
    'address-link': addRules(
      'How often the vehicle visits and stays at an address. Other vehicles there are counted, not named.',
      'QRY-6',
    ),
    'impossible-travel': addRules(
      'Pairs of sightings that one vehicle cannot explain: more than 252 km/h in a straight line, after tolerances. The plate was cloned or misread. Check the images.',
      'DSP-7',
    ),
  },
  basis: {
    sightings: (count: number) => several(count, 'sighting', 'sightings'),
    truncated: 'There are more sightings, older than these. Choose a shorter time to see them.',
    repeat: (at: string) => `these are the results of ${at}`,
    nothing: 'It was not seen in this time.',
  },
  movements: {
    map: 'Movements of the vehicle',
    play: 'Play',
    pause: 'Pause',
    before: 'Previous sighting',
    after: 'Next sighting',
    speed: 'Speed',
    speeds: (minutes: number) => `${minutes} min/s`,
    scrub: 'Time of the movements',
    value: (time: string, trip: number) => `${time}, trip ${trip}`,
    sightings: 'Sightings',
    trip: 'Trip',
    seenAt: 'Seen at',
    km: (km: string) => `${km} km`,
    unplaced: (count: number) =>
      `${several(count, 'sighting has', 'sightings have')} no known place and ${count === 1 ? 'is' : 'are'} not on the map`,
    mobile: 'mobile camera',
    picture: 'Show the image',
    pictureAlt: 'The vehicle, as the camera saw it',
  },
  places: {
    label: 'Places, most visited first',
    map: 'Places the vehicle visits',
    rank: 'Rank',
    place: 'Place',
    visits: 'Visits',
    days: 'Days',
    hours: 'Hours',
    clock: 'Time of day',
    clockLabel: (hour: number) => `mostly about ${String(hour).padStart(2, '0')}:00`,
    last: 'Last',
    zone: (zone: string) => `Times of day are in ${zone}.`,
  },
  company: {
    label: 'Vehicles seen together, least likely by chance first',
    plate: 'Plate',
    days: 'Days',
    sightings: 'Times',
    expected: 'By chance',
    lift: 'Lift',
    chance: 'Chance',
    chanceText: (chance: number) =>
      chance >= 0.005
        ? `${(chance * 100).toFixed(chance < 0.1 ? 1 : 0)}%`
        : `1 in ${Math.round(1 / chance).toLocaleString('en-US')}`,
    liftText: (lift: number) => (lift >= 100 ? '≥ 100×' : `${lift.toFixed(1)}×`),
    verdicts: { strong: 'unlikely by chance', some: 'possibly by chance', none: 'chance' },
    verdict: 'Assessment',
    evidence: 'Times together',
    evidenceOf: 'The last times both were seen',
    by: (camera: string) => `by ${camera}`,
    none: 'No vehicle was seen with it more often than chance explains.',
    name: 'Add this plate to the case …',
    choose: 'Select a plate to see when both were seen.',
  },
  address: {
    address: 'Address',
    addressHint: 'As the vendor lists the camera, e.g. 101 Palm Avenue, San Ysidro, CA',
    radius: 'Radius (meters)',
    submit: 'Check address',
    verdict: (stays: number, days: number) =>
      stays === 0
        ? 'It passed by and was not seen to stay.'
        : `It stayed ${several(stays, 'time', 'times')}, on ${several(days, 'day', 'days')}.`,
    visits: 'Visits',
    stays: 'Stays (seen twice within three hours)',
    days: 'Days seen there',
    rank: 'Rank among all vehicles seen there',
    rankText: (rank: number, all: number) => `${rank} of ${all}`,
    asOften: 'Other vehicles that stay as often or more',
    first: 'First',
    last: 'Last',
    never: 'It was never seen there in this time.',
    passes: 'In the reads we received it only passes by. Whether it stayed is unknown.',
    of: (address: string, radiusM: number | undefined) =>
      radiusM === undefined ? `Link to ${address}` : `Link to ${address}, within ${radiusM} m`,
    waiting: 'Enter the address, then select Check address.',
  },
  travel: {
    label: 'Pairs of sightings that one vehicle cannot explain, fastest first',
    map: 'The pair of sightings',
    verdicts: {
      possible: 'One vehicle explains every sighting.',
      incomplete: 'One vehicle explains the sightings we received; others are missing.',
      'perhaps-misread': 'Possibly misread: only one day does not fit.',
      'several-vehicles': 'Several vehicles carry this plate: it was cloned.',
    },
    pairs: (count: number, days: number) =>
      `${several(count, 'pair', 'pairs')} on ${several(days, 'day', 'days')}`,
    first: 'First',
    second: 'Then',
    distance: 'Distance',
    time: 'Time',
    speed: 'At least',
    speedText: (kmh: number) => `${Math.round(kmh).toLocaleString('en-US')} km/h`,
    vehicles: 'Vehicles that would explain it',
    vehicle: (n: number, sightings: number, days: number) =>
      `Vehicle ${n}: ${several(sightings, 'sighting', 'sightings')} on ${several(days, 'day', 'days')}`,
  },
}
