import { jetstream } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { keepCheckpoints } from '../../../api/audit/checkpoints.ts'
import { ensureSigningKeys } from '../../../api/audit/keys.ts'
import { chainState } from '../../../api/audit/state.ts'
import { instant } from '../../../runtime/clock.ts'
import { keyId, signedCheckpoint } from '../../../schemas/audit-checkpoint.ts'
import { AUDIT_CHECKPOINT_SUBJECT, auditSubject } from '../../../schemas/subjects.ts'
import { createLog } from '../../../runtime/log.ts'
import { type OversightRig, startOversightRig } from './rig.ts'

const clock = { now: Date.UTC(2026, 10, 24, 9) }
