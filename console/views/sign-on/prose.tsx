/** A text with headings, paragraphs and lists. @param without a heading that is already shown above */
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

interface Block {
  kind: 'heading' | 'paragraph' | 'list'
  /** A heading or paragraph has one element, a list one per entry. */
  lines: string[]
}

/** The blocks of a text in the format of the permissible uses: `# heading`, paragraphs, `- entries`; no other Markdown. */
export function blocksOf(text: string): Block[] {
  return text
    .trim()
    .split(/\n\s*\n/)
    .map((block): Block => {
      const heading = /^#+\s+(.*)/.exec(block)
      if (heading) return { kind: 'heading', lines: [heading[1]!] }
      if (!block.startsWith('- ')) return { kind: 'paragraph', lines: [joined(block)] }
      return { kind: 'list', lines: block.slice(2).split(/\n- /).map(joined) }
    })
}

const joined = (lines: string): string => lines.replaceAll(/\s*\n\s*/g, ' ').trim()
