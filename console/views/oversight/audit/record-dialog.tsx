import { useQuery } from '@tanstack/react-query'
import { answer, api } from '../../../api/client.ts'
import { texts } from '../../../texts/oversight.ts'
import { Dialog } from '../../../ui/dialog.tsx'
import { Fact, Facts } from '../../../ui/facts.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { When } from '../../../ui/when.tsx'

const words = texts.audit

/** One record in full, with its place in the chain (AUD-2). */
export function RecordDialog({ number, onClose }: { number: number; onClose: () => void }) {
  const query = useQuery({
    queryKey: ['oversight', 'record', number],
    queryFn: () => answer(api.GET('/v1/oversight/audit/{number}', { params: { path: { number } } })),
    // It never changes, and each look is in the log.
    staleTime: Number.POSITIVE_INFINITY,
  })
  return (
    <Dialog title={words.record(number)} onClose={onClose} wide>
      <Loaded query={query}>
        {({ at, actor, action, subject, parameters, hash, previous }) => (
          <>
            <Facts>
              <Fact name={words.heads.at}>
                <When at={at} />
              </Fact>
              <Fact name={words.heads.actor}>{actor}</Fact>
              <Fact name={words.heads.action}>{action}</Fact>
              <Fact name={words.heads.subject}>{subject ?? '–'}</Fact>
              <Fact name={words.parameters}>
                <pre class="oversight-json" tabIndex={0}>
                  {JSON.stringify(parameters, null, 2)}
                </pre>
              </Fact>
              <Fact name={words.hash}>
                <span class="oversight-mono">{hash}</span>
              </Fact>
              <Fact name={words.previous}>
                <span class="oversight-mono">{previous || '–'}</span>
              </Fact>
            </Facts>
            <p class="oversight-muted">
              {words.chain} {words.copy}
            </p>
          </>
        )}
      </Loaded>
    </Dialog>
  )
}
