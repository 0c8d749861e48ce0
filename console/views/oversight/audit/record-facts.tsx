import { useQuery } from '@tanstack/react-query'
import { answer, api } from '../../../api/client.ts'
import { Fact, Facts } from '../../../ui/facts.tsx'
import { Person } from '../../../ui/person.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { When } from '../../../ui/when.tsx'
import { texts } from '../texts.ts'

const words = texts.audit

/** One record in full; with its place in the chain if requested (AUD-2). Each look is in the log. */
export function RecordFacts({ number, withChain = false }: { number: number; withChain?: boolean }) {
  const query = useQuery({
    queryKey: ['oversight-record', number],
    queryFn: () => answer(api.GET('/v1/oversight/audit/{number}', { params: { path: { number } } })),
    // A record never changes.
    staleTime: Number.POSITIVE_INFINITY,
  })
  return (
    <Loaded query={query}>
      {({ at, actor, action, subject, parameters, hash, previous }) => (
        <>
          <Facts>
            <Fact name={words.heads.at}>
              <When at={at} />
            </Fact>
            <Fact name={words.heads.actor}>
              <Person id={actor} named />
            </Fact>
            <Fact name={words.heads.action}>{action}</Fact>
            <Fact name={words.heads.subject}>{subject ?? '–'}</Fact>
            <Fact name={words.parameters}>
              <pre class="oversight-json" tabIndex={0}>
                {JSON.stringify(parameters, null, 2)}
              </pre>
            </Fact>
            {withChain && (
              <>
                <Fact name={words.hash}>
                  <span class="oversight-mono">{hash}</span>
                </Fact>
                <Fact name={words.previous}>
                  <span class="oversight-mono">{previous || '–'}</span>
                </Fact>
              </>
            )}
          </Facts>
          {withChain && (
            <p class="oversight-muted">
              {words.chain} {words.copy}
            </p>
          )}
        </>
      )}
    </Loaded>
  )
}
