import { toast } from '../../../shell/toasts.tsx'
import { Button } from '../../../ui/button.tsx'
import { Fact, Facts } from '../../../ui/facts.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { When } from '../../../ui/when.tsx'
import { texts } from '../texts.ts'
import { useChain } from './alarm.tsx'
import { ChainCheck } from './check.tsx'

const words = texts.chain

/** How far the log goes, how far it is signed, whether its hashes match, and how to prove that to others (AUD-2). */
export function ChainCard() {
  const query = useChain()
  const copy = () => navigator.clipboard.writeText(words.command).then(() => toast(words.copied))
  return (
    <section class="card" aria-label={words.title}>
      <h2>{words.title}</h2>
      <Loaded query={query}>
        {({ last, checkpoint, recordsSince }) => (
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
                  {recordsSince > 0 && `; ${words.since(recordsSince)}`}
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
          </Facts>
        )}
      </Loaded>
      <ChainCheck />
      <details>
        <summary>{words.prove}</summary>
        <p class="oversight-muted">{words.verify}</p>
        <div class="oversight-row">
          <code class="oversight-mono">{words.command}</code>
          {/* Browsers have a clipboard on this machine and over TLS alone. */}
          {window.isSecureContext && <Button onClick={() => void copy()}>{words.copy}</Button>}
        </div>
      </details>
    </section>
  )
}
