import { useQuery } from '@tanstack/react-query'
import { answer, api } from '../../../api/client.ts'
import { toast } from '../../../shell/toasts.tsx'
import { texts } from '../../../texts/oversight.ts'
import { Button } from '../../../ui/button.tsx'
import { Fact, Facts } from '../../../ui/facts.tsx'
import { Icon } from '../../../ui/icon.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { When } from '../../../ui/when.tsx'

const words = texts.chain
const REFRESH_MS = 60_000

/** How far the log goes, up to where it is signed, whether it is blocked, and how to verify it (AUD-2). */
export function ChainCard() {
  const query = useQuery({
    queryKey: ['oversight', 'chain'],
    queryFn: () => answer(api.GET('/v1/oversight/chain')),
    refetchInterval: REFRESH_MS,
  })
  const copy = () => navigator.clipboard.writeText(words.command).then(() => toast(words.copied))
  return (
    <section class="card" aria-label={words.title}>
      <h2>{words.title}</h2>
      <Loaded query={query}>
        {({ last, blockedAt, checkpoint, recordsSince }) => (
          <>
            {blockedAt !== null && (
              <div class="problem" role="alert">
                <Icon name="warning" />
                <p>
                  {words.blocked(blockedAt)} <code class="oversight-mono">{words.mend}</code>
                </p>
              </div>
            )}
            {recordsSince < 0 && (
              <div class="problem" role="alert">
                <Icon name="warning" />
                <p>{words.short(-recordsSince)}</p>
              </div>
            )}
            <Facts>
              <Fact name={words.last}>
                {last ? (
                  <>
                    {last.number}, <When at={last.at} />
                  </>
                ) : (
                  words.none
                )}
              </Fact>
              <Fact name={words.signed}>
                {checkpoint ? (
                  <>
                    {checkpoint.number}, <When at={checkpoint.at} />
                  </>
                ) : (
                  words.never
                )}
              </Fact>
              {checkpoint && (
                <Fact name={words.key}>
                  <span class="oversight-mono">{checkpoint.key}</span>
                </Fact>
              )}
              {recordsSince >= 0 && <Fact name={words.since}>{recordsSince}</Fact>}
            </Facts>
          </>
        )}
      </Loaded>
      <p class="oversight-muted">{words.verify}</p>
      <div class="oversight-row">
        <code class="oversight-mono">{words.command}</code>
        {/* Browsers have a clipboard on this machine and over TLS alone. */}
        {window.isSecureContext && <Button onClick={() => void copy()}>{words.copy}</Button>}
      </div>
    </section>
  )
}
