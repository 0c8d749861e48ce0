import { useQuery } from '@tanstack/react-query'
import { answer, api } from '../../../api/client.ts'
import { Page } from '../../../ui/page.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { When } from '../../../ui/when.tsx'
import { AdministrationTabs } from '../tabs.tsx'
import { texts } from '../texts.ts'

const words = texts.mailbox

/** E-mails that would have been sent; only in development (ACC-2). */
export default function Mailbox() {
  const query = useQuery({
    queryKey: ['administration', 'mailbox'],
    queryFn: async () => (await answer(api.GET('/v1/mailbox'))).mails,
  })
  return (
    <Page title={words.title} lead={words.lead}>
      <AdministrationTabs current="mailbox" />
      <Loaded query={query}>
        {(mails) =>
          mails.length === 0 ? (
            <Empty text={words.none} />
          ) : (
            <ul class="administration-list">
              {mails.map(({ id, to, subject, text, createdAt }) => (
                <li key={id} class="card">
                  <div class="administration-row">
                    <h2>{subject}</h2>
                    <span class="administration-muted">
                      {words.to(to)}, <When at={createdAt} />
                    </span>
                  </div>
                  <pre class="administration-mail">{text}</pre>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Page>
  )
}
