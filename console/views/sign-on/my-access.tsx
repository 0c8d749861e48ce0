import { useQuery } from '@tanstack/react-query'
import { answer, api } from '../../api/client.ts'
import { session } from '../../shell/session.ts'
import { Page } from '../../ui/page.tsx'
import { Empty, Loaded } from '../../ui/states.tsx'
import { AccessStatus } from './access-status.tsx'
import { AskForAccess } from './ask-for-access.tsx'
import { Requests } from './requests.tsx'
import { texts } from './texts.ts'
import './my-access.css'

/** What a person may do, what is missing and how to get it; requests access, and withdraws requests (ACC-1 to ACC-6). */
export default function MyAccess() {
  const words = texts.access
  return (
    <Page title={words.title}>
      {session.value?.person ? (
        <File />
      ) : (
        <Empty text={`${words.developer.title}. ${words.developer.text}`} />
      )}
    </Page>
  )
}

function File() {
  const file = useQuery({ queryKey: ['access', 'me'], queryFn: () => answer(api.GET('/v1/access/me')) })
  return (
    <Loaded query={file}>
      {(mine) => (
        <div class="my-access">
          <AccessStatus file={mine} />
          <Requests file={mine} />
          <AskForAccess />
        </div>
      )}
    </Loaded>
  )
}
