import { useQuery } from '@tanstack/react-query'
import { useState } from 'preact/hooks'
import { answer, api, type Schema } from '../../../api/client.ts'
import { may } from '../../../shell/session.ts'
import { Button } from '../../../ui/button.tsx'
import { Page } from '../../../ui/page.tsx'
import { SimpleTable } from '../../../ui/simple-table.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { When } from '../../../ui/when.tsx'
import { AdministrationTabs } from '../tabs.tsx'
import { texts } from '../texts.ts'
import { InviteDialog } from './invite-dialog.tsx'
import { AGENTS_KEY } from './key.ts'
import { RevokeDialog } from './revoke-dialog.tsx'

type Agent = Schema<'EdgeAgentView'>
const words = texts.agents
const KINDS = { invited: 'info', enrolled: 'good', revoked: 'bad' } as const

/** Camera hosts: who may publish reads, and of which cameras. */
export default function Agents() {
  const query = useQuery({
    queryKey: AGENTS_KEY,
    queryFn: async () => (await answer(api.GET('/v1/edge/agents'))).agents as Agent[],
  })
  const [isInviting, setIsInviting] = useState(false)
  const [revoked, setRevoked] = useState<string | null>(null)
  const invite = may('edge.invite') && (
    <Button kind="primary" icon="plus" onClick={() => setIsInviting(true)}>
      {words.invite}
    </Button>
  )
  return (
    <Page title={words.title} lead={words.lead} actions={invite}>
      <AdministrationTabs current="agents" />
      <Loaded query={query}>
        {(agents) =>
          agents.length === 0 ? (
            <Empty icon="camera" text={words.none} />
          ) : (
            <SimpleTable label={words.title} heads={words.heads}>
              {agents.map((agent) => (
                <tr key={agent.name}>
                  <td>{agent.name}</td>
                  <td>
                    <State agent={agent} />
                  </td>
                  <td>{agent.cameras.join(', ')}</td>
                  <td>
                    <When at={agent.revokedAt ?? agent.enrolledAt} />
                  </td>
                  <td>
                    {may('edge.revoke') && agent.state !== 'revoked' && (
                      <Button
                        aria-label={`${words.revoke}: ${agent.name}`}
                        onClick={() => setRevoked(agent.name)}
                      >
                        {words.revoke}
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </SimpleTable>
          )
        }
      </Loaded>
      {isInviting && <InviteDialog onClose={() => setIsInviting(false)} />}
      {revoked !== null && <RevokeDialog name={revoked} onClose={() => setRevoked(null)} />}
    </Page>
  )
}

function State({ agent: { state, codeExpiresAt, inForce } }: { agent: Agent }) {
  return (
    <>
      <Tag kind={KINDS[state]}>{words.states[state]}</Tag>{' '}
      {codeExpiresAt ? (
        <>
          {words.codeUntil} <When at={codeExpiresAt} />
        </>
      ) : (
        state === 'invited' && words.codeOver
      )}
      {!inForce && state !== 'invited' && ` ${words.notInForce}`}
    </>
  )
}
