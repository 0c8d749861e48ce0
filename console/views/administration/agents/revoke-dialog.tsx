import { answer, api } from '../../../api/client.ts'
import { useWrite } from '../../../api/use-write.ts'
import { toast } from '../../../shell/toasts.tsx'
import { AskDialog } from '../../../ui/ask-dialog.tsx'
import { texts } from '../texts.ts'
import { AGENTS_KEY } from './key.ts'

const words = texts.agents

/** Disconnects an agent from the broker for good. */
export function RevokeDialog({ name, onClose }: { name: string; onClose: () => void }) {
  const step = useWrite(
    (agent: string) =>
      answer(api.POST('/v1/edge/agents/{name}/revocation', { params: { path: { name: agent } } })),
    {
      refresh: [AGENTS_KEY],
      done: ({ inForce }) => {
        toast(inForce ? words.revoked : words.revokedSlowly)
        onClose()
      },
    },
  )
  return (
    <AskDialog
      title={words.revokeTitle(name)}
      {...{ lead: words.revokeLead, submit: words.revoke, kind: 'danger', step, onClose }}
      input={() => name}
    />
  )
}
