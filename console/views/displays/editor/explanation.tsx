import { Icon } from '../../../ui/icon.tsx'
import { texts } from '../texts.ts'
import { explain, runs } from './explain.ts'

/** Explains the typed pattern in words, while it is typed. */
export function Explanation({ plate }: { plate: string }) {
  const words = texts.explain
  const what = explain(plate)
  return (
    <section class="displays-explain" aria-labelledby="displays-explain">
      <h2 id="displays-explain">{words.heading}</h2>
      <div>
        {what.kind === 'nothing' && <p class="displays-note">{words.nothing}</p>}
        {what.kind === 'fault' && <p class="field-error">{words.fault(what.at)}</p>}
        {what.kind === 'plate' && <p>{words.plate}</p>}
        {what.kind === 'pattern' && (
          <>
            <p>{words.pattern}</p>
            <ol>
              {runs(what.pieces).map((piece, at) => (
                <li key={at}>{wordsOf(piece)}</li>
              ))}
            </ol>
            <p>{words.length(what.shortest, what.longest)}</p>
            <p class="displays-note">{words.asRead}</p>
          </>
        )}
      </div>
      {what.kind === 'pattern' && (
        <p class="notice">
          <Icon name="warning" />
          <span>{words.wide}</span>
        </p>
      )}
    </section>
  )
}

function wordsOf(piece: ReturnType<typeof runs>[number]): string {
  const words = texts.explain
  switch (piece.kind) {
    case 'chars':
      return words.chars(piece.chars)
    case 'char':
      return words.chars(piece.char)
    case 'any':
      return words.any
    case 'many':
      return words.many
    case 'one-of':
      return words.oneOf(piece.chars)
  }
}
