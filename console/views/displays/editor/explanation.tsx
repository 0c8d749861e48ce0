import { examplesOf, LARGEST_SHARE, shareOf } from '@sightline/schemas/pattern-share'
import { useMemo } from 'preact/hooks'
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
            <Covered pattern={what.text} />
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

/** Five plates that a pattern covers, and how many it covers: what a person meant is easier to see in these. */
function Covered({ pattern }: { pattern: string }) {
  const words = texts.explain
  const found = useMemo(() => ({ plates: examplesOf(pattern, EXAMPLES), of: shareOf(pattern) }), [pattern])
  if (found.plates.length === 0) return <p class="field-error">{words.noPlate}</p>
  return (
    <>
      <p>
        {words.examples} <span class="displays-examples">{found.plates.join(', ')}</span>
      </p>
      <p>{words.share(found.of.share, found.of.example)}</p>
      {found.of.share > LARGEST_SHARE + 1e-9 && <p class="field-error">{words.tooWide(LARGEST_SHARE)}</p>}
    </>
  )
}

const EXAMPLES = 5

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
