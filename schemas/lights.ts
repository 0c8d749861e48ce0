/**
 * What must hold so that a read that comes now becomes an alert in time: one light each. What each means is said here once, for
 * the api, the console, `./sightline status` and docs/operations.md.
 */
export const LIGHTS = {
  broker: {
    title: 'Broker',
    hint: 'Check that nats-server runs and that this api reaches it.',
  },
  quorum: {
    title: 'Copies',
    hint: 'Bring the missing nodes of the broker back: with too few of them it stores nothing.',
  },
  reads: {
    title: 'Room for reads',
    hint: 'A process that needs the reads is behind: start it, or remove its position if it is gone for good (Full disk).',
  },
  matchers: {
    title: 'Matchers',
    hint: 'Start a matcher (./sightline matcher run), or restart the one that stands still.',
  },
  judged: {
    title: 'Judging of reads',
    hint: 'See the log of the matcher: restart it if it is stuck, and give the reads partitions if more come than it can judge.',
  },
  alerts: {
    title: 'Storing of alerts',
    hint: 'The broker refuses alerts: see its log for the stream ALERTS, and compare it with its declaration (./sightline broker declare).',
  },
  canary: {
    title: 'Test reads',
    hint: 'See the other lights, then the logs of the matcher and the broker. If nothing else is wrong, write the configuration of the broker again (./sightline broker init, declare).',
  },
  audit: {
    title: 'Audit log',
    hint: 'Nobody can look or act while it cannot be written: see its disk and limits at the broker, and ./sightline audit repair.',
  },
  disk: {
    title: "The api's disk",
    hint: 'Free space on the disk of the api. The disks of the broker are watched where it runs.',
  },
  clocks: {
    title: 'Clocks',
    hint: 'Set the clock of the host that is named (timedatectl set-ntp true). The broker refuses reads from the future.',
  },
  certificates: {
    title: 'Certificates',
    hint: 'Have the certificate renewed, and its authority too if that one ends.',
  },
  agents: {
    title: 'Edge agents',
    hint: 'See Cameras for which do not report, then their hosts and networks.',
  },
} as const

export type LightName = keyof typeof LIGHTS
export const LIGHT_NAMES = Object.keys(LIGHTS) as LightName[]

export const LIGHT_STATES = ['ok', 'warning', 'fault', 'unknown', 'off'] as const
export type LightState = (typeof LIGHT_STATES)[number]

/** Lights without which nothing is known: their state must be known, too. */
const NEEDED: readonly LightName[] = ['broker', 'reads', 'matchers', 'judged', 'canary', 'audit']

/** Whether a read that comes now becomes an alert that people see in time. */
export const isWell = (lights: readonly { name: LightName; state: LightState }[]): boolean =>
  lights.every(({ name, state }) => state !== 'fault' && (state !== 'unknown' || !NEEDED.includes(name)))
