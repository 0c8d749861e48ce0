import Type, { type Static } from 'typebox'
import { createParser, Instant } from './message.ts'
import {
  ACCESS,
  ALERT_WORK,
  ALERTS,
  AUDIT,
  AUDIT_CHECKPOINTS,
  CANARY,
  CASES,
  DISPLAYS,
  HEALTH,
  isReadStream,
  LEASES,
  LOOKOUTS,
  PEOPLE,
  PICTURES,
  POSITIONS,
  PRODUCTS,
  QUERY_CACHE,
  REJECTS,
  SAVED,
  SESSIONS,
  TEST_ALERTS,
  WRITES_DONE,
} from './streams.ts'

/** Version of the format of a backup. A program reads its own and earlier ones. */
export const BACKUP_FORMAT = 1

const bucket = (name: string) => `KV_${name}`

/**
 * What a backup leaves out, and why. `SESSIONS`: everybody signs in again. `QUERY_CACHE`, `WRITES_DONE`: they are on no disk (QRY-8).
 * `POSITIONS`, `LEASES`: they belong to the reads, which start again. `HEALTH`, `REJECTS`, `CANARY`, `TEST_ALERTS`: they come again, or are only for looking at.
 */
const LEFT_OUT = new Set([
  ...[SESSIONS, QUERY_CACHE, WRITES_DONE, POSITIONS, LEASES].map(bucket),
  HEALTH,
  REJECTS,
  CANARY,
  TEST_ALERTS,
])

/** Whether a stream has images. */
const isPictures = (name: string) => name === PICTURES || /^PICTURES_a\d+$/.test(name)

/**
 * The streams that are taken last, in this order. What refers comes before what it refers to, so that no reference leads nowhere:
 * somebody may work during the backup. The audit log is the very last: it has a record of everything that the other streams have (AUD-1).
 * Its signed ends come before it: none lies beyond the end of the log.
 */
const LAST = [
  ...[ACCESS, ALERT_WORK, PRODUCTS, LOOKOUTS, SAVED].map(bucket),
  ALERTS,
  ...[DISPLAYS, CASES, PEOPLE].map(bucket),
  AUDIT_CHECKPOINTS,
  AUDIT,
]

/**
 * The streams of a backup, in the order in which they are taken.
 * @param names of all streams of the agency
 */
export function backupOrder(names: readonly string[], withPictures: boolean): string[] {
  const place = (name: string) => LAST.indexOf(name)
  return names
    .filter((name) => !LEFT_OUT.has(name) && !isReadStream(name) && (withPictures || !isPictures(name)))
    .sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1))
}

const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' })
/** In one of the folders of a backup, and never upward: a restore must not write among the files of the broker. */
const Path = Type.String({
  pattern: '^(keys|api|settings)(/(?!\\.{1,2}(/|$))[^/\\0]+)+$',
  maxLength: 1000,
})

/** What stands before, between and after the bytes in a backup. */
export const BackupPart = Type.Union([
  Type.Object({
    part: Type.Literal('start'),
    at: Instant,
    version: Type.String({ description: 'of the program' }),
    by: Type.String(),
  }),
  Type.Object({ part: Type.Literal('file'), path: Path }),
  Type.Object({
    part: Type.Literal('stream'),
    name: Type.String({ pattern: '^[A-Za-z0-9_-]+$' }),
    config: Type.Record(Type.String(), Type.Unknown()),
    state: Type.Record(Type.String(), Type.Unknown()),
  }),
  Type.Object({ part: Type.Literal('end'), bytes: Type.Integer({ minimum: 0 }), sha256: Sha256 }),
  Type.Object({ part: Type.Literal('whole'), parts: Type.Integer({ minimum: 0 }) }),
])
export type BackupPart = Static<typeof BackupPart>
export const backupPartParser = createParser('part of a backup', BackupPart)

/** The first line of a backup, the only one that is not encrypted. */
export const BackupHead = Type.Object({
  sightlineBackup: Type.Integer({ minimum: 1 }),
  salt: Type.String({ pattern: '^[0-9a-f]{32}$' }),
})
export const backupHeadParser = createParser('beginning of a backup', BackupHead)
