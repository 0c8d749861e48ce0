import { several } from '@sightline/schemas/several'

/** Words of the frame and of the small pieces that every view uses. */
export const texts = {
  product: 'Sightline',
  navigation: 'Main',
  skip: 'Skip to the content',
  views: {
    alerts: 'Alerts',
    search: 'Search',
    displays: 'Watchlist',
    cases: 'Cases',
    oversight: 'Oversight',
    administration: 'Administration',
  },
  account: {
    open: (name: string) => `Account of ${name}`,
    access: 'My access',
    theme: 'Theme',
    themes: { dark: 'Dark', light: 'Light', system: 'Match system' },
    signOff: 'Sign off',
    everywhere: 'Sign out on all devices',
  },
  roles: {
    analyst: 'analyst',
    supervisor: 'supervisor',
    'system-owner': 'system owner',
    oversight: 'oversight',
    administrator: 'administrator',
  } as Record<string, string>,
  you: 'you',
  namesake: (name: string, id: string) => `${name} (${id})`,
  /** Actors of the audit log without an account. */
  notPeople: { system: 'Sightline itself', developer: 'the development token' } as Record<string, string>,
  people: {
    unknown: 'No match. Pick a person from the list.',
    named: (label: string) => `${label}: named`,
    remove: (name: string) => `Remove ${name}`,
  },
  nothingYet: 'No role yet',
  dismiss: 'Dismiss',
  close: 'Close',
  cancel: 'Cancel',
  retry: 'Try again',
  loading: 'Loading …',
  required: 'required',
  notFound: {
    title: 'Page not found',
    text: 'This page doesn’t exist or was removed.',
    home: 'Go to home page',
  },
  refused: {
    title: 'You don’t have access to this page',
    rule: 'The rule',
    why: 'Why',
    because: (message: string, requirement: string) =>
      `${message.charAt(0).toUpperCase()}${message.slice(1)} (${requirement}).`,
    mend: 'How to get access',
    access: 'My access',
  },
  newerVersion: {
    title: 'Sightline was updated',
    detail: 'You’re using an older version of this page.',
    hint: 'Reload the page.',
  },
  noConnection: {
    title: 'Can’t reach Sightline',
  },
  code: (code: string) => `Code ${code}`,
  when: {
    none: 'never',
    utc: (text: string) => `${text} UTC`,
  },
  countdown: { over: 'over', left: (text: string) => `${text} left` },
  pending: {
    text: (by: string, what: string) => `${by} has asked ${what}. It is not done before`,
    what: {
      'sign-on': 'to send you a link that replaces your password and second factor',
      email: 'to have your e-mails sent to another address',
      offices: 'to give you another office',
    },
    hint: 'If you asked for it, there is nothing to do. If not, refuse it, and tell your supervisor (ACC-7).',
    refuse: 'Refuse it',
    refused: 'It is refused.',
  },
  plate: {
    label: (plate: string) => `Plate ${plate}`,
    covered: 'Plate covered',
    character: (char: string, percent: number) => `${char}: ${percent} %`,
    alternatives: (list: string) => `or ${list}`,
    unsure: (chars: string) => `uncertain: ${chars}`,
    pattern: (plate: string) => `Pattern ${plate}`,
  },
  picture: {
    none: 'No picture',
    failed: 'The picture cannot be shown',
    gone: 'The image is no longer available',
    loading: 'Loading the picture',
    simulated: 'Simulated',
    simulatedAlt: (alt: string) => `${alt}; simulated, no camera took it`,
  },
  priority: { low: 'Low', normal: 'Normal', high: 'High' },
  table: { empty: 'No rows', rows: (count: number) => several(count, 'row') },
}
