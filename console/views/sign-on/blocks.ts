export interface Block {
  kind: 'heading' | 'paragraph' | 'list'
  /** One of a heading or paragraph, one an entry of a list. */
  lines: string[]
}

/** The blocks of a text as the permissible uses are written: `# heading`, paragraphs, `- entries`; nothing else of Markdown. */
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
