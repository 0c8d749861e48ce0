import { texts } from '../../../texts/displays.ts'
import { When } from '../../../ui/when.tsx'
import type { Display } from '../types.ts'
import { type Done, stepsDone } from './steps-done.ts'

/** A display's life, as far as it tells itself. */
export function History({ display }: { display: Display }) {
  const words = texts.detail
  return (
    <section class="card">
      <h2>{words.history}</h2>
      <ol class="displays-history">
        {stepsDone(display, Date.now()).map((done) => (
          <li key={done.kind}>
            <When at={done.at} />
            <span>
              {textOf(done, display)}
              {done.kind === 'reviewed' && <span class="displays-note"> {done.reason}</span>}
            </span>
          </li>
        ))}
      </ol>
      <p class="displays-note">{words.historyNote}</p>
    </section>
  )
}

function textOf(done: Done, { owner }: Display): string {
  const words = texts.detail
  switch (done.kind) {
    case 'created':
      return words.created(owner)
    case 'validated':
      return words.validated
    case 'reviewed':
      return words.reviewed(done.by, texts.verdict[done.verdict].toLowerCase())
    case 'will-end':
      return words.willEnd
    case 'did-end':
      return words.didEnd
  }
}
