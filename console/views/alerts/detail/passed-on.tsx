import { useQuery } from '@tanstack/react-query'
import { answer, api } from '../../../api/client.ts'
import { nameInSentence } from '../../../shell/directory.ts'
import { may } from '../../../shell/session.ts'
import type { AlertWork } from '../feed/entry.ts'
import { texts } from '../texts.ts'
import { useRecipients } from '../use-recipients.ts'

/** How often to check whether a message has arrived, milliseconds. */
const AGAIN_MS = 5000

/** Shares of a sighting: to whom, under which authority, and whether they arrived. */
export function PassedOn({ passed }: { passed: AlertWork['passedOn'][number] }) {
  const words = texts.history
  const { id, by, recipient, authority } = passed
  const known = useRecipients().data?.find((one) => one.id === recipient)
  const delivery = useQuery({
    queryKey: ['alerts', 'delivery', id],
    queryFn: () => answer(api.GET('/v1/deliveries/{id}', { params: { path: { id } } })),
    enabled: may('alert.work') && known?.channel === 'webhook',
    refetchInterval: ({ state }) => (state.data?.state === 'waiting' ? AGAIN_MS : false),
  })
  const state = delivery.data?.state
  return (
    <>
      {words.passedOn(nameInSentence(by), known?.name ?? recipient)}
      {state && ` (${words.delivery[state]})`}
      <br />
      <span class="alert-hint">{words.authority(authority)}</span>
    </>
  )
}
