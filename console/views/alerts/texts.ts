import { several } from '@sightline/schemas/several'
import { texts as shell } from '../../shell/texts.ts'
import { addRules } from '../../ui/why.tsx'

type Priority = 'high' | 'normal' | 'low'
type VehicleFact = keyof typeof vehicleFacts
const vehicleFacts = { make: 'make', model: 'model', color: 'color', kind: 'kind of vehicle' }

/** Texts of live alerts, of verifying one, and of their accuracy. */
export const texts = {
  title: 'Alerts',
  unseen: (count: number) => several(count, 'new alert', 'new alerts'),
  arrived: (count: number, priority: Priority, place: string) =>
    count === 1
      ? `New alert, ${shell.priority[priority].toLowerCase()} priority, ${place}`
      : `${count} new alerts, the most urgent of ${shell.priority[priority].toLowerCase()} priority, ${place}`,
  notification: (count: number, priority: Priority) => ({
    title:
      count === 1 ? `${shell.priority[priority]}-priority alert` : several(count, 'new alert', 'new alerts'),
    body: 'Open Sightline to compare the image with the read.',
  }),

  noSource: {
    text: 'You don’t have access to any data source yet, so there are no alerts to show.',
    hint: addRules(
      'Whatever your role, you see alerts only from sources you were granted. Request them under My access: your supervisor approves, then a system owner grants.',
      'ACC-6',
    ),
    toAccess: 'Go to My access',
    toPrecision: 'Alert accuracy',
  },

  connection: {
    connecting: 'Connecting …',
    live: 'Live',
    liveHint: 'New alerts appear by themselves.',
    lost: 'Connection lost',
    lostFor: (text: string) => `Connection lost ${text} ago; trying again`,
    lostHint: 'This list may be out of date. It will catch up when the connection returns; no alert is lost.',
    caughtUp: (lost: string, came: number) =>
      `Live again after ${lost}: ${came === 0 ? 'no alert arrived meanwhile' : `${several(came, 'alert', 'alerts')} arrived meanwhile, none missed`}.`,
    old: 'The list couldn’t be refreshed. Some older alerts or recent actions may be missing.',
    gap: 'Some alerts from this gap are no longer kept and are not in this list. Check the audit log, or ask your Sightline administrator.',
    understood: 'Got it',
  },

  tabs: { all: 'All', unjudged: 'Needs review', mine: 'Mine', verified: 'Verified', misread: 'Rejected' },
  tabsLabel: 'Which alerts',
  filter: {
    label: 'Filter the list',
    priority: 'Priority',
    anyPriority: 'Any priority',
    display: 'Watchlist entry',
    anyDisplay: 'Any entry',
    camera: 'Camera',
    anyCamera: 'Any camera',
    owned: 'My entries',
    approaching: 'Approaching a port',
    clear: 'Clear filters',
    choice: (label: string, count: number) => `${label} (${count})`,
  },

  list: {
    label: 'Alerts, newest first',
    newAbove: (count: number) => several(count, 'new alert above', 'new alerts above'),
    loadingOlder: 'Loading older alerts …',
    older: 'Load older alerts',
    lookedBack: (time: string) => `Searched back to ${time}.`,
    end: 'No older alerts (kept for 30 days).',
    full: 'This list shows the newest 20,000 alerts. Filter it, or use Search for older sightings.',
    none: 'No alerts yet. When a camera reads a watched plate, the alert appears here within a second.',
    noneHint: 'The watchlist says which plates raise alerts.',
    toDisplays: 'Go to the watchlist',
    noneInFilter: 'No alerts match these filters.',
  },
  row: {
    seen: (count: number) => `×${count}`,
    seenLong: (count: number) => `seen ${several(count, 'time')}`,
    likely: (percent: string) => `${percent} likely`,
    approaching: (port: string) => `approaching ${port}`,
    covered: 'Plate hidden until you enter what you see',
  },
  kinds: { exact: 'Exact', confusable: 'Look-alike', near: 'Near', pattern: 'Pattern' },
  kindHints: {
    exact: 'The read matches the watched plate exactly.',
    confusable: 'The read differs only in characters that look alike, such as O and 0, or B and 8.',
    near: 'One character is different, missing or extra.',
    pattern: 'The read fits the pattern of the watchlist entry.',
  },
  doubts: {
    heading: 'Doubts',
    state: 'State differs',
    stateHint:
      'The camera read a different state than the watchlist entry names. Cameras often confuse states.',
    stateRead: (read: string, percent: string | null, displayed: string) =>
      `The camera read ${read}${percent === null ? '' : ` (${percent} sure)`}; the watchlist entry says ${displayed}.`,
    cut: 'Something hides a part of the plate. It may have more characters.',
    vehicleDiffers: 'Vehicle differs',
    vehicleDiffersHint:
      'The camera told another make, model, color or kind than the watchlist entry names. Cameras err in these.',
    vehicle: 'Vehicle not checked',
    vehicleHint: (facts: readonly VehicleFact[]) =>
      `The watchlist entry names a ${facts.map((fact) => vehicleFacts[fact]).join(', ')} that the camera could not confirm.`,
  },
  evidence: {
    heading: 'Evidence',
    facts: { region: 'State', make: 'Make', model: 'Model', color: 'Color', kind: 'Kind of vehicle' },
    told: (fact: string, read: string, percent: string | null, result: 'agrees' | 'differs') =>
      `${fact} read as ${read}${percent === null ? '' : `, ${percent}`}: ${result}.`,
    unseen: (fact: string) => `${fact}: not seen. This says nothing.`,
    sum: (ofText: string, all: string) =>
      ofText === all
        ? `The characters alone make it ${ofText} likely; this changes nothing.`
        : `The characters alone make it ${ofText} likely, with this ${all}.`,
  },
  statuses: {
    open: 'Needs review',
    mine: 'Yours',
    others: 'Claimed',
    verified: 'Verified',
    misread: 'Rejected',
  },

  detail: {
    none: 'Select an alert to compare the image with the read.',
    noneKeys: (next: string, claim: string) => `Press ${next} for the next alert, ${claim} to claim it.`,
    title: (caseRef: string) => `Alert for ${caseRef}`,
    region: 'Alert',
    gone: 'This alert no longer exists',
    probability: 'The matcher’s estimate that this vehicle carries the watched plate',
    lead: addRules('Unverified lead: compare the image with the read before acting.', 'DSP-7'),
  },

  compare: {
    heading: 'Compare',
    picture: 'Plate image from the camera',
    enlarge: 'Zoom image',
    enlargeVehicle: 'Zoom vehicle image',
    question: 'What plate do you see?',
    placeholder: 'Type the plate',
    why: addRules(
      'The camera’s read and the watched plate are hidden until you enter what you see, so your check is independent.',
      'DSP-7',
    ),
    region: 'State shown on the plate',
    anyRegion: 'Not visible / not sure',
    regionHint: 'The same number from another state is a different vehicle.',
    verify: 'Verify',
    reject: 'Reject …',
    claim: 'Claim',
    claimHint: 'Reserved for you for 15 minutes. Others can see that you’re working on it.',
    extend: 'Extend',
    release: 'Release',
    yours: 'Claimed by you, ',
    others: (who: string) => `${who} is working on it, `,
    othersHint: 'It becomes available again when their claim expires.',
    mayNot: 'Only analysts and supervisors can verify alerts. Your role is view-only.',
    differs: 'That isn’t the watched plate. The alert stays open; your entry was recorded.',
    triesLeft: (left: number) =>
      left === 1
        ? 'Check again. After one more mismatch, someone else must review it. If the image shows a different plate, reject the alert.'
        : `${left} more tries.`,
    noTries: 'Two mismatches: another person must now review this image.',
    noPicture:
      'No image came with this read, so it can’t be verified and remains a lead. You can reject it as unreadable.',
    read: 'Camera read',
    typed: 'Entered by a person',
    displayed: 'On watchlist',
    unreadable: 'unreadable',
    agreements: {
      exact: 'Your entry matches the watched plate.',
      'look-alike': 'Your entry matches, apart from characters that many plates print alike.',
      differs: 'Your entry is a different plate.',
      unreadable: 'The image shows too little.',
    },
    knew: {
      owner: 'The watchlist entry is theirs, so they knew the plate.',
      case: 'They work on its case, so they knew the plate.',
      supervisor: 'They supervise its owner, so they may have known the plate.',
    },
    verified: (who: string) => `Verified by ${who}`,
    misread: (who: string) => `Rejected by ${who}`,
    reason: 'Reason',
    passOn: 'Share …',
    lookout: 'Create lookout …',
    lookedOutFor: 'A border-inspection lookout was created from this alert.',
    toLookouts: 'Go to lookouts',
    passOnHint: 'You can share a verified sighting under a legal authority, or create a lookout from it.',
    misreadHint: 'This decision is final and counts toward the accuracy of the watchlist entry and camera.',
    chars: 'Characters as read',
    char: (place: number, char: string, percent: string) => `Character ${place}: ${char} ${percent}`,
    alternatives: (list: string) => `or ${list}`,
    alternative: (char: string, percent: string) => `${char} ${percent}`,
    done: {
      verified: 'Verified: the image shows the watched plate.',
      rejected: 'The alert is rejected.',
      passedOn: 'The sighting was shared, and that is on record.',
      lookout: 'The lookout is created.',
      claimed: 'Claimed for 15 minutes.',
      released: 'Released. Others can claim it.',
    },
  },
  picture: {
    brightness: 'Brightness',
    contrast: 'Contrast',
    hint: 'Adjusts your view only; the original image is unchanged.',
    vehicleAlt: 'The vehicle, as the camera saw it',
  },

  facts: {
    heading: 'Sighting',
    vehicle: 'Vehicle',
    unknown: 'unknown',
    seen: 'Seen',
    times: 'Times seen',
    once: 'once',
    timesSeen: (count: number) => `${several(count, 'time')}, last `,
    place: 'Place',
    camera: 'Camera',
    owner: (owner: string, kind: string) => `${owner}, ${kind}`,
    kinds: { fixed: 'fixed', mobile: 'mobile' },
    position: 'Position',
    noPosition: 'unknown (no GPS fix)',
    fixes: {
      surveyed: 'surveyed',
      gps: 'by GPS',
      stale: 'last known (GPS fix lost)',
    },
    accuracy: (meters: number) => `± ${Math.round(meters)} m`,
    heading2: (degrees: number) => `heading ${Math.round(degrees)}°`,
    approach: 'Port of entry',
    approachText: (name: string, km: string) => `${name}: about ${km} km by road, arriving about `,
    approachNote: 'estimated from the last sightings',
    display: 'Watchlist entry',
    toDisplay: 'Open the entry',
    onlyDisplay: 'Show only this entry’s alerts',
    reason: 'Reason for watching',
    case: 'Case',
    owner2: 'Owner',
    engine: 'Read by',
    map: 'Where the vehicle was seen',
  },

  standsFor: {
    heading: 'Seen twice',
    better: 'This read has an image; the first read of the vehicle had none. Work on this alert.',
    worse: 'This read has no image. A later read of the same vehicle has one: work on that alert.',
    open: 'Open the alert of ',
  },

  history: {
    heading: 'History',
    seen: (camera: string) => `Seen by ${camera}`,
    raised: 'Alert raised',
    again: (count: number) => `Seen again at this camera (${several(count, 'time')} total)`,
    claimed: (who: string) => `Claimed by ${who}`,
    tried: (who: string) => `${who} entered a different plate`,
    verified: (who: string) => `Verified by ${who}`,
    rejected: (who: string) => `Rejected by ${who}`,
    lookout: (who: string) => `Lookout created by ${who}`,
    passedOn: (who: string, recipient: string) => `Shared with ${recipient} by ${who}`,
    authority: (text: string) => `Under: ${text}`,
    delivery: {
      waiting: 'being sent',
      delivered: 'delivered',
      failed: 'not delivered',
    },
  },

  reject: {
    title: 'Reject this alert?',
    lead: 'Use this when the image does not show the watched plate. If it does, verify instead.',
    shows: 'What the image shows',
    another: 'A different plate',
    unreadable: 'The plate is unreadable',
    plate: 'What plate do you see?',
    reason: 'Reason',
    reasonHint: 'At least 10 characters. Kept with the alert; counts toward the camera’s accuracy.',
    quick: 'Or choose',
    reasons: {
      another: [
        'One character was misread',
        'The plate is from another state',
        'The text is not a license plate',
      ],
      unreadable: [
        'The image is too dark or too bright',
        'The plate is hidden or cut off',
        'The image is blurred',
      ],
    },
    submit: 'Reject the alert',
  },

  passOn: {
    title: 'Share this sighting',
    lead: 'Shares the plate, place, time and verifier outside the agency. The reason for watching is not shared.',
    recipient: 'Recipient',
    choose: 'Choose a recipient',
    channels: { webhook: 'system', 'e-mail': 'e-mail' },
    recipientOption: (name: string, channel: string) => `${name} (${channel})`,
    authority: 'Legal authority',
    authorityHint: addRules('The law or agreement that allows sharing, 10–500 characters.', 'AUD-7'),
    case: 'For',
    note: 'Note to the recipient',
    noteHint: 'Sent along. Leave blank if you have nothing to add.',
    submit: 'Share',
    noRecipients: 'No recipients are set up yet. Ask your Sightline administrator to add one.',
  },

  lookout: {
    title: 'Create a lookout',
    lead: addRules(
      'Asks border inspection to look for this vehicle, using the plate a person verified in the image.',
      'AUD-9',
      'DSP-7',
    ),
    origin: {
      plate: 'Plate',
      seen: 'Seen',
      verified: 'Verified',
      display: 'Reason for watching',
      at: (place: string) => `at ${place}`,
      by: (who: string) => `by ${who}`,
    },
    case: 'Case',
    caseHint: 'The case behind this watchlist entry.',
    caseOption: (caseRef: string, title: string) => `${caseRef} · ${title}`,
    noCase: (caseRef: string) => `You have no open case ${caseRef}.`,
    noCaseHint: addRules(
      'A lookout belongs to the case of the watchlist entry. Ask the case owner to add you, or to create the lookout.',
      'ACC-8',
    ),
    toCases: 'Go to your cases',
    reason: 'Reason for the lookout',
    submit: 'Create the lookout',
  },

  settings: {
    open: 'Keys and settings',
    title: 'Keys and settings',
    keys: 'Keys',
    key: 'Key',
    does: 'What it does',
    use: 'Use single keys as shortcuts',
    useHint: 'Turn this off if you dictate or press keys by accident. Arrow keys in the list always work.',
    notice: 'Notifications',
    sound: 'Play a tone for new alerts',
    soundHint: 'High-priority alerts play a longer tone; low-priority alerts are silent.',
    hear: 'Play the tone',
    desktop: 'Desktop notifications',
    desktopHints: {
      granted: 'Shown when this tab isn’t active. They never include plate, case or place.',
      default:
        'Your browser will ask whether this site may show notifications. Turn them on and choose Allow.',
      denied:
        'Your browser blocks notifications from this site. Allow them in the site settings (the icon beside the address), then turn them on here.',
      none: 'Your browser shows notifications only for addresses that begin with https.',
    },
    sheet: {
      next: 'Next (older) alert',
      previous: 'Previous (newer) alert',
      newest: 'Newest alert',
      claim: 'Claim the alert, then type what you see',
      verify: 'In the field: verify with what you typed',
      reject: 'Reject, with a reason',
      passOn: 'Share a verified sighting',
      lookout: 'Create a lookout from a verified sighting',
      release: 'Release the alert',
      enlarge: 'Zoom image',
      mute: 'Sound on or off',
      help: 'This sheet',
      leave: 'From the field back to the list',
    },
  },
  sound: {
    on: 'Sound is on',
    off: 'Sound is off',
    waiting: 'Sound starts with your next click',
    waitingHint: 'Browsers let a page play sound only after you click or type in it.',
  },
  notNow: {
    claimFirst: 'Claim the alert first.',
    others: 'Someone else has claimed it.',
    judged: 'This alert has a final decision.',
    notVerified: 'Only a verified sighting can be shared.',
    lookoutNotVerified: 'Only a verified sighting can become a lookout.',
    noLookout: 'Only analysts can create lookouts.',
    lookedOutFor: 'Border inspection already has a lookout for this vehicle.',
  },

  tests: {
    link: 'Tests',
    title: 'Test alerts',
    lead: 'A load test raised these alerts: no vehicle was seen. They are in no other list or figure, nobody is notified, and they are removed when the test ends, at the latest after a day.',
    back: 'Back to alerts',
    none: 'No test is running, so there are no test alerts.',
    heads: ['Time', 'Plate', 'Probability', 'Camera', 'Reason'],
    latest: (count: number) => `Only the latest ${count} are shown.`,
  },

  precision: {
    link: 'Accuracy',
    title: 'Alert accuracy',
    lead: 'How often alerts were right, based on people comparing image and read over the last 400 days.',
    back: 'Back to alerts',
    tabs: { display: 'By watchlist entry', camera: 'By camera' },
    tabsLabel: 'Figures',
    id: { display: 'Watchlist entry', camera: 'Camera' },
    verified: 'Verified',
    misread: 'Rejected',
    unreadable: 'Unreadable',
    precision: 'Right',
    interval: '95% interval',
    range: (low: string, high: string) => `${low} to ${high}`,
    noFigure: 'none',
    few: 'few decisions',
    none: 'No alert has a decision yet. Each decision counts here for its watchlist entry and its camera.',
    how: 'Right = verified ÷ (verified + rejected). Unreadable images don’t count. The interval shows where the true share lies; it is wide while there are few decisions. If a watchlist entry’s share is low, raise its threshold or change its pattern. If a camera’s share is low, inspect the camera.',
    places: addRules('Places are shown only for cameras whose source you were granted.', 'ACC-6'),
    overall: (precision: string, verdicts: number) =>
      `${precision} right in ${several(verdicts, 'decision', 'decisions')}`,
  },
}
