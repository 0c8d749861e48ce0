import { useQuery } from '@tanstack/react-query'
import { answer, api, type Permission } from '../api/client.ts'
import { forPeople } from '../api/problem.ts'
import { Page } from '../ui/page.tsx'
import { Loaded } from '../ui/states.tsx'
import { Why } from '../ui/why.tsx'
import { Link } from './navigate.ts'
import { loadSession } from './session.ts'
import { texts } from './texts.ts'

/** Replaces a view that the person may not open: shows the rule, in the api's words, and how to get access. */
export function Refused({ permission }: { permission: Permission }) {
  const words = texts.refused
  const rule = useQuery({
    queryKey: ['shell', 'rule', permission],
    queryFn: async () => {
      const found = await answer(
        api.GET('/v1/session/rules/{permission}', { params: { path: { permission } } }),
      )
      // The navigation's information is older than the api's answer.
      if (!found.refusal) void loadSession()
      return found
    },
    staleTime: 0,
  })
  return (
    <Page title={words.title}>
      <Loaded query={rule}>
        {({ sentence, refusal }) => (
          <dl class="refused">
            <dt>{words.rule}</dt>
            <dd>{sentence}</dd>
            {refusal && (
              <>
                <dt>{words.why}</dt>
                <dd>
                  {words.because(refusal.message)} <Why rules={[refusal.requirement]} />
                </dd>
                <dt>{words.mend}</dt>
                <dd>
                  {forPeople(refusal.hint.replace(sentence, '').trim())}{' '}
                  <Link href="/my-access">{words.access}</Link>
                </dd>
              </>
            )}
          </dl>
        )}
      </Loaded>
    </Page>
  )
}
