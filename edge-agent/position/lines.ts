/** No line of a receiver or of gpsd is longer; garbage without line ends must not fill the memory. */
const LONGEST = 64 * 1024

/**
 * Splits a stream of bytes into lines, without their ends.
 * @param onLine is not called for the first piece, which may be the rest of a line, unless `fromStart`
 */
export function splitLines(onLine: (line: string) => void, fromStart: boolean): (chunk: Buffer) => void {
  let rest = ''
  let whole = fromStart
  return (chunk) => {
    const pieces = (rest + chunk.toString('latin1')).split(/\r?\n/)
    rest = pieces.pop() ?? ''
    for (const piece of pieces) {
      if (whole && piece.length > 0) onLine(piece)
      whole = true
    }
    if (rest.length <= LONGEST) return
    rest = ''
    whole = false
  }
}
