import { useState } from 'preact/hooks'
import type { Schema } from '../../api/client.ts'
import { nameInSentence } from '../../shell/directory.ts'
import { Button } from '../../ui/button.tsx'
import { Tag } from '../../ui/tag.tsx'
import { When } from '../../ui/when.tsx'
import { sourceName } from './access-status.tsx'
import { texts } from './texts.ts'
import { WithdrawDialog } from './withdraw-dialog.tsx'

type AccessFile = Schema<'AccessFile'>
type AccessRequest = AccessFile['requests'][number]

const KINDS = {
  requested: 'info',
  'supervisor-approved': 'info',
  granted: 'good',
  refused: 'bad',
  withdrawn: 'plain',
  ended: 'warn',
} as const satisfies Record<AccessRequest['state'], string>

/** The user's own requests, newest first, with every step and its reason. */
export function Requests({ file }: { file: AccessFile }) {
  const words = texts.access
  const [withdrawing, setWithdrawing] = useState<string | null>(null)
  return (
    <section class="card" aria-labelledby="requests">
      <h2 id="requests">{words.requests}</h2>
      {file.requests.length === 0 && <p class="field-hint">{words.noRequests}</p>}
      {file.requests.toReversed().map((request) => (
        <article key={request.id} class="my-access-request">
          <p class="my-access-state">
            <Tag kind={KINDS[request.state]}>{words.states[request.state]}</Tag>
            <span>{request.sources.map(sourceName).join(', ')}</span>
            {isOpen(request) && (
              <Button kind="quiet" onClick={() => setWithdrawing(request.id)}>
                {words.withdraw}
              </Button>
            )}
          </p>
          <ol class="my-access-steps">
            {request.steps.map(({ action, by, at, reason }) => (
              <li key={action + at}>
                <strong>{words.actions[action]}</strong> {words.by(nameInSentence(by))}, <When at={at} />
                <p>{reason}</p>
              </li>
            ))}
          </ol>
        </article>
      ))}
      {withdrawing && (
        <WithdrawDialog person={file.person} request={withdrawing} onClose={() => setWithdrawing(null)} />
      )}
    </section>
  )
}

const isOpen = ({ state }: AccessRequest): boolean => state === 'requested' || state === 'supervisor-approved'
