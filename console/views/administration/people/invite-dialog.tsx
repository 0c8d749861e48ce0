import { answer, api, type Schema } from '../../../api/client.ts'
import { useWrite } from '../../../api/use-write.ts'
import { toast } from '../../../shell/toasts.tsx'
import { AskDialog } from '../../../ui/ask-dialog.tsx'
import { texts } from '../texts.ts'
import { PEOPLE_KEY } from './key.ts'
import { leadOf } from './pending.tsx'

const words = texts.people

/** Sends a new one-time link to a person who lost password or phone (ACC-7). */
export function InviteDialog({ person, onClose }: { person: Schema<'PersonView'>; onClose: () => void }) {
  const step = useWrite(
    (id: string) => answer<unknown>(api.POST('/v1/people/{id}/invitation', { params: { path: { id } } })),
    {
      refresh: [PEOPLE_KEY],
      done: (announced) => {
        toast(announced ? words.announced : words.invited)
        onClose()
      },
    },
  )
  return (
    <AskDialog
      title={words.inviteTitle(person.name)}
      {...{ lead: leadOf(person, 'sign-on', words.inviteLead), submit: words.invite, step, onClose }}
      input={() => person.id}
    />
  )
}
