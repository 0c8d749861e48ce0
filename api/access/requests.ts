import { instant } from '@sightline/runtime/clock'
import type { AccessAction, AccessFile, AccessRequest, AccessState } from '@sightline/schemas/access-request'
import { SightlineError } from '@sightline/schemas/errors'
import { certifyAccess, type Decider, endOfLapsed, isCertified } from './validity.ts'

/** Who may take a step. */
type By = 'requester' | 'supervisor' | 'system-owner'

/**
 * A request for access: every state, and every step out of it (ACC-1). A step that is not in this table is impossible.
 * After `granted`, `refused`, `withdrawn` or `ended`, access needs a new request.
 */
export const STEPS: Record<
  AccessState,
  Partial<Record<AccessAction, { by: readonly By[]; to: AccessState }>>
> = {
  requested: {
    approve: { by: ['supervisor'], to: 'supervisor-approved' },
    refuse: { by: ['supervisor'], to: 'refused' },
    withdraw: { by: ['requester'], to: 'withdrawn' },
  },
  'supervisor-approved': {
    grant: { by: ['system-owner'], to: 'granted' },
    refuse: { by: ['system-owner'], to: 'refused' },
    withdraw: { by: ['requester'], to: 'withdrawn' },
  },
  granted: { end: { by: ['supervisor', 'system-owner'], to: 'ended' } },
  refused: {},
  withdrawn: {},
  ended: {},
}

export interface StepTaken {
  action: AccessAction
  reason: string
  by: Decider
  /** Supervisor of the requester at this moment. */
  supervisor: string | null
}

export const emptyFile = (person: string): AccessFile => ({
  v: 1,
  person,
  requests: [],
  training: null,
  certification: null,
})

/** Maximum number of open requests per person. */
const MAX_OPEN = 3

/** The file with a new request. @throws CONFLICT when too many are open */
export function withRequest(
  file: AccessFile,
  asked: Pick<AccessRequest, 'id' | 'need' | 'sources' | 'reviewOnly'>,
  now: number,
): AccessFile {
  if (file.requests.filter(isOpen).length >= MAX_OPEN) {
    throw new SightlineError('CONFLICT', `you already have ${MAX_OPEN} open requests (ACC-1)`, {
      hint: 'Wait for a decision, or withdraw one of them.',
    })
  }
  const first = { action: 'request', by: file.person, at: instant(now), reason: asked.need } as const
  return { ...file, requests: [...file.requests, { ...asked, state: 'requested', steps: [first] }] }
}

/** Whether a request waits for a decision. */
export const isOpen = ({ state }: AccessRequest) => state === 'requested' || state === 'supervisor-approved'

/**
 * The file after one step of one request. Granting certifies the access for a year.
 * @throws NOT_FOUND; CONFLICT when the step is not possible in the request's state; NOT_ALLOWED when somebody else must
 *   take it
 */
export function withStep(file: AccessFile, id: string, step: StepTaken, now: number): AccessFile {
  const request = file.requests.find((other) => other.id === id)
  if (!request) throw new SightlineError('NOT_FOUND', `there is no request ${id}`)
  const way = STEPS[request.state][step.action]
  if (!way) {
    const possible = Object.keys(STEPS[request.state])
    throw new SightlineError(
      'CONFLICT',
      `the step "${step.action}" is not possible for a request that is ${request.state} (ACC-1)`,
      {
        hint:
          possible.length > 0
            ? `Possible now: ${possible.join(', ')}.`
            : 'This request is closed. Make a new one.',
      },
    )
  }
  mayStep(file.person, request, way.by, step)
  const taken = { action: step.action, by: step.by.id, at: instant(now), reason: step.reason }
  const next = { ...request, state: way.to, steps: [...request.steps, taken] }
  const others = (requests: readonly AccessRequest[]) =>
    requests.map((other) => (other.id === id ? next : other))
  if (step.action !== 'grant') return { ...file, requests: others(file.requests) }
  const before = isCertified(file, now) ? file : endOfLapsed(file, step.by.id, now)
  return certifyAccess({ ...before, requests: others(before.requests) }, step.by.id, now)
}

/** Enforces four eyes, and who takes which step (ACC-1). @throws NOT_ALLOWED */
function mayStep(
  person: string,
  { steps }: AccessRequest,
  places: readonly By[],
  { action, by, supervisor }: StepTaken,
) {
  const refuse = (message: string, hint: string) => {
    throw new SightlineError('NOT_ALLOWED', `${message} (ACC-1)`, { hint })
  }
  if (places.includes('requester')) {
    if (by.id !== person)
      refuse('only the person who asked may withdraw a request', 'You can refuse it instead.')
    return
  }
  if (by.id === person)
    refuse('nobody decides on their own request', 'Someone else with the same role must decide.')
  const isSupervisor =
    places.includes('supervisor') && by.roles.includes('supervisor') && by.id === supervisor
  const isOwner = places.includes('system-owner') && by.roles.includes('system-owner')
  if (!isSupervisor && !isOwner) {
    const who = places.map((place) =>
      place === 'supervisor' ? "the person's own supervisor" : 'a system owner',
    )
    refuse(`only ${who.join(' or ')} may take this step`, 'The request shows who decides next.')
  }
  const approved = steps.some((step) => step.action === 'approve' && step.by === by.id)
  if (action === 'grant' && approved) {
    refuse('the supervisor who approved a request cannot grant it too', 'Another system owner must decide.')
  }
}
