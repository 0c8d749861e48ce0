/** Reads as lines of TabSeparated (history/rows.ts), as bytes: what the engine takes, without garbage collection. */
export interface Lines {
  bytes: Buffer
  /** Number of bytes written. */
  length: number
}

export const newLines = (): Lines => ({ bytes: Buffer.allocUnsafe(64 * 1024), length: 0 })

/** Ensures space for more bytes. */
export function makeRoom(lines: Lines, more: number): void {
  if (lines.length + more <= lines.bytes.length) return
  const larger = Buffer.allocUnsafe(2 * lines.bytes.length + more)
  lines.bytes.copy(larger, 0, 0, lines.length)
  lines.bytes = larger
}

export function addLine(lines: Lines, line: string): void {
  makeRoom(lines, 3 * line.length)
  lines.length += lines.bytes.write(line, lines.length, 'utf8')
}

export const writtenLines = ({ bytes, length }: Lines): Buffer => bytes.subarray(0, length)
