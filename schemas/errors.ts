/**
 * Every error that a person or a program can meet, by its stable code. A code never changes its meaning. The message
 * says what was wrong and where; the hint says what to do next.
 */

/** Exit statuses follow BSD's sysexits(3), so that a supervisor can tell "try again" from "fix the input". */
const EXIT = {
  usage: 64,
  data: 65,
  noInput: 66,
  unavailable: 69,
  internal: 70,
  io: 74,
  denied: 77,
  config: 78,
}

const CODES = {
  USAGE: { exit: EXIT.usage, http: 400 },
  CONFIG_INVALID: { exit: EXIT.config, http: 500 },

  PICTURE_NOT_FOUND: { exit: EXIT.noInput, http: 404 },
  PICTURE_NOT_READABLE: { exit: EXIT.denied, http: 403 },
  PICTURE_CORRUPT: { exit: EXIT.data, http: 422 },
  PICTURE_TOO_LARGE: { exit: EXIT.data, http: 413 },
  /** Pictures of a source are set aside again and again. */
  PICTURES_REJECTED: { exit: EXIT.data, http: 422 },
  /** Messages of a plate reader are set aside. */
  MESSAGES_REJECTED: { exit: EXIT.data, http: 422 },
  NO_PICTURES: { exit: EXIT.noInput, http: 404 },
  SOURCE_UNAVAILABLE: { exit: EXIT.unavailable, http: 503 },
  /** The host name of a camera cannot be resolved. */
  SOURCE_NAME_UNKNOWN: { exit: EXIT.unavailable, http: 503 },
  /** The host answers, but accepts no connections on this port. */
  SOURCE_REFUSED: { exit: EXIT.unavailable, http: 503 },
  /** The certificate of a camera is not an accepted one. */
  SOURCE_UNTRUSTED: { exit: EXIT.denied, http: 503 },
  /** The camera answers, but has nothing at this path. */
  SOURCE_PATH_UNKNOWN: { exit: EXIT.noInput, http: 503 },
  SOURCE_DENIED: { exit: EXIT.denied, http: 503 },
  SOURCE_INVALID: { exit: EXIT.data, http: 422 },
  FFMPEG_MISSING: { exit: EXIT.unavailable, http: 503 },
  PROGRAM_MISSING: { exit: EXIT.unavailable, http: 503 },
  ENGINE_UNAVAILABLE: { exit: EXIT.unavailable, http: 503 },

  MESSAGE_NOT_JSON: { exit: EXIT.data, http: 400 },
  MESSAGE_INVALID: { exit: EXIT.data, http: 400 },
  PLATE_IMPOSSIBLE: { exit: EXIT.data, http: 422 },
  /** A message claims another origin than the key that published it. */
  ORIGIN_WRONG: { exit: EXIT.data, http: 422 },
  /** A message states an instant at which it cannot have been made. */
  INSTANT_WRONG: { exit: EXIT.data, http: 422 },
  /** A stored value is malformed; the caller did nothing wrong. */
  RECORD_MALFORMED: { exit: EXIT.data, http: 500 },

  BROKER_UNREACHABLE: { exit: EXIT.unavailable, http: 503 },
  BROKER_DENIED: { exit: EXIT.denied, http: 503 },
  BROKER_MISSING: { exit: EXIT.unavailable, http: 503 },
  BROKER_DRIFTED: { exit: EXIT.config, http: 503 },
  BROKER_FOLDER_IN_USE: { exit: EXIT.unavailable, http: 503 },
  BROKER_FAILED: { exit: EXIT.unavailable, http: 503 },
  /** The quota of one source is used up. The sender keeps what is refused, and tries again. */
  QUOTA_EXCEEDED: { exit: EXIT.unavailable, http: 503 },
  /** Judged reads cannot be removed from their stream, which therefore fills. */
  ROOM_NOT_MADE: { exit: EXIT.config, http: 503 },
  /** A stream of reads is full, because a process that needs its reads is behind. */
  READS_FULL: { exit: EXIT.unavailable, http: 503 },
  /** Reads wait, and none is judged. */
  READS_STILL: { exit: EXIT.unavailable, http: 503 },
  /** Reads wait too long. */
  READS_BEHIND: { exit: EXIT.unavailable, http: 503 },
  /** A canary read did not go the whole way in time. */
  CANARY_FAILED: { exit: EXIT.unavailable, http: 503 },
  /** Alerts cannot be stored. */
  ALERTS_REFUSED: { exit: EXIT.unavailable, http: 503 },
  /** No matcher holds a stream of reads. */
  MATCHER_MISSING: { exit: EXIT.unavailable, http: 503 },
  /** Streams have no leader, or too few copies that are current. */
  QUORUM_LOST: { exit: EXIT.unavailable, http: 503 },
  /** Little disk space is free. */
  DISK_LOW: { exit: EXIT.io, http: 503 },
  /** Cameras whose agents do not report. */
  AGENT_SILENT: { exit: EXIT.unavailable, http: 503 },
  /** The broker refuses something that is needed to follow a stream. */
  FOLLOW_REFUSED: { exit: EXIT.unavailable, http: 503 },

  SPOOL_FULL: { exit: EXIT.unavailable, http: 503 },
  SPOOL_FAILED: { exit: EXIT.io, http: 503 },
  SPOOL_CORRUPT: { exit: EXIT.data, http: 500 },
  SPOOL_IN_USE: { exit: EXIT.unavailable, http: 503 },
  POSITION_UNAVAILABLE: { exit: EXIT.unavailable, http: 503 },

  HISTORY_UNAVAILABLE: { exit: EXIT.unavailable, http: 503 },
  HISTORY_IN_USE: { exit: EXIT.unavailable, http: 503 },
  SEARCH_TOO_LARGE: { exit: EXIT.data, http: 422 },

  API_UNREACHABLE: { exit: EXIT.unavailable, http: 503 },
  /**
   * A certificate expires within days, or has expired: the broker's, a camera's own, that of a listener for plate
   * readers.
   */
  CERTIFICATE_ENDING: { exit: EXIT.config, http: 503 },
  CAMERA_CERTIFICATE_ENDING: { exit: EXIT.config, http: 503 },
  LISTENER_CERTIFICATE_ENDING: { exit: EXIT.config, http: 503 },
  CLOCK_WRONG: { exit: EXIT.config, http: 503 },
  /** The clock of a camera that timestamps its own reads is wrong. */
  CAMERA_CLOCK_WRONG: { exit: EXIT.config, http: 503 },
  /** A host's own feed does not accept its reads. */
  FEED_FAILING: { exit: EXIT.unavailable, http: 503 },
  CODE_WRONG: { exit: EXIT.denied, http: 403 },
  CODE_EXPIRED: { exit: EXIT.denied, http: 410 },
  CODE_SPENT: { exit: EXIT.denied, http: 410 },

  NOT_SIGNED_ON: { exit: EXIT.denied, http: 401 },
  SESSION_ENDED: { exit: EXIT.denied, http: 401 },
  ACCOUNT_LOCKED: { exit: EXIT.denied, http: 403 },
  NETWORK_REFUSED: { exit: EXIT.denied, http: 403 },
  ORIGIN_REFUSED: { exit: EXIT.denied, http: 403 },
  NOT_ALLOWED: { exit: EXIT.denied, http: 403 },
  CONSENT_MISSING: { exit: EXIT.denied, http: 403 },
  TRAINING_LAPSED: { exit: EXIT.denied, http: 403 },
  ACCESS_ENDED: { exit: EXIT.denied, http: 403 },
  SIGN_ON_PROVIDER_FAILED: { exit: EXIT.unavailable, http: 503 },
  NOT_FOUND: { exit: EXIT.noInput, http: 404 },
  PRECONDITION_MISSING: { exit: EXIT.data, http: 428 },
  CONFLICT: { exit: EXIT.data, http: 409 },
  /** The same write, sent before, has no answer yet: unlike after a conflict, it may be sent again as it is. */
  WRITE_IN_PROGRESS: { exit: EXIT.unavailable, http: 409 },
  RULE_BROKEN: { exit: EXIT.data, http: 422 },
  /** Rules that are broken so often that the hint offers the next step. */
  CASE_CLOSED: { exit: EXIT.data, http: 422 },
  SUBJECT_NOT_NAMED: { exit: EXIT.data, http: 422 },
  APPROVAL_MISSING: { exit: EXIT.data, http: 422 },
  /** A search without a whole plate that covers more cameras, or a larger area, than allowed (QRY-6). */
  SEARCH_TOO_WIDE: { exit: EXIT.data, http: 422 },
  PLATE_DIFFERS: { exit: EXIT.data, http: 422 },
  PICTURE_NOT_SEEN: { exit: EXIT.data, http: 422 },
  TOO_MANY_REQUESTS: { exit: EXIT.unavailable, http: 429 },
  AUDIT_UNAVAILABLE: { exit: EXIT.unavailable, http: 503 },
  /** A record was not written by an api: somebody else can write where only an api should. */
  SEAL_WRONG: { exit: EXIT.data, http: 503 },
  /** The output of a command is lost: the disk is full, or its device fails. */
  OUTPUT_LOST: { exit: EXIT.io, http: 500 },
  /** The passphrase is not that of the backup. */
  BACKUP_LOCKED: { exit: EXIT.denied, http: 403 },
  /** A backup was changed, or a part of it is missing. */
  BACKUP_DAMAGED: { exit: EXIT.data, http: 422 },
  /** A restore would replace something. */
  TARGET_NOT_EMPTY: { exit: EXIT.config, http: 409 },
  PORT_IN_USE: { exit: EXIT.unavailable, http: 503 },

  /** A test of the running system found something other than what was planted. */
  CHECK_FAILED: { exit: EXIT.internal, http: 500 },

  INTERNAL: { exit: EXIT.internal, http: 500 },
} as const

export type ErrorCode = keyof typeof CODES

/** Requirements cited in a message, such as ` (DSP-7)` or ` (AUD-9, DSP-7)`. */
const CITED = / \(((?:ACC|AUD|CAP|DSP|QRY)-\d+(?:, (?:ACC|AUD|CAP|DSP|QRY)-\d+)*)\)/g

/** A text without the requirements that it cites, as people read it, and their ids in order. */
export function withoutCitations(text: string): { text: string; rules: string[] } {
  const rules = [...text.matchAll(CITED)].flatMap(([, ids]) => ids!.split(', '))
  return { text: text.replace(CITED, ''), rules: [...new Set(rules)] }
}

/**
 * An error for the person who meets it. Its message and hint may cite the requirements behind them, as in `the display
 * was closed (DSP-5)`. People see only the sentence, and can look up the rule.
 */
export class SightlineError extends Error {
  override name = 'SightlineError'
  readonly code: ErrorCode
  /** What to do next, as one sentence; shown after the message. */
  readonly hint: string | undefined

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.code = code
    this.hint = options.hint
  }

  /** The process exit status that belongs to the code (sysexits). */
  get exitStatus(): number {
    return CODES[this.code].exit
  }

  /** The HTTP status that belongs to the code. */
  get httpStatus(): number {
    return CODES[this.code].http
  }
}

/** Converts anything thrown into a SightlineError: unknown errors become INTERNAL and keep their cause for the log. */
export function toSightlineError(thrown: unknown): SightlineError {
  if (thrown instanceof SightlineError) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return new SightlineError('INTERNAL', message, {
    cause: thrown,
    hint: 'This is a defect in Sightline. Please report it with the log.',
  })
}
