import { blocksOf } from './blocks.ts'

/** A text with headings, paragraphs and lists. @param without a heading that stands above already */
export function Prose({ text, without }: { text: string; without: string }) {
  return (
    <>
      {blocksOf(text)
        .filter(({ kind, lines }) => kind !== 'heading' || lines[0] !== without)
        .map(({ kind, lines }, place) => {
          if (kind === 'heading') return <h2 key={place}>{lines[0]}</h2>
          if (kind === 'paragraph') return <p key={place}>{lines[0]}</p>
          return (
            <ul key={place}>
              {lines.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          )
        })}
    </>
  )
}
