import type { HeldAccount } from '@sightline/schemas/held-account'
import PDFDocument from 'pdfkit'
import { type Watermark, watermarkLine } from './watermark.ts'

const MARGIN = 54
/** Space for the watermark at the bottom of each page, points. */
const FOOT = 40
const GRAY = '#555555'

/** Kinds of records, as headings. */
const KINDS = [
  ['cases', 'Events, projects and workspaces'],
  ['saved', 'Saved reads'],
  ['products', 'Intelligence products'],
  ['displays', 'Displays'],
  ['alertWork', 'Alerts that were worked on'],
  ['lookouts', 'Lookouts'],
  ['disseminations', 'Shared outside'],
] as const

/**
 * The account as a document for people (AUD-8): the same records in the same order as in the JSON, whose digest is on
 * every page. The standard fonts of PDF support only Western European letters; others are shown as ?, and the JSON has
 * them.
 * @param digest SHA-256 of the JSON, hexadecimal
 */
export function accountPdf(account: HeldAccount, digest: string, watermark: Watermark): Promise<Buffer> {
  const { request, compiledBy, compiledAt } = account
  const document = new PDFDocument({
    size: 'LETTER',
    margins: { top: MARGIN, left: MARGIN, right: MARGIN, bottom: MARGIN + FOOT },
    bufferPages: true,
    info: { Title: `Account ${request.requestRef}`, Author: compiledBy, CreationDate: new Date(compiledAt) },
  })
  const chunks: Buffer[] = []
  document.on('data', (chunk: Buffer) => chunks.push(chunk))
  const done = new Promise<Buffer>((resolve, reject) => {
    document.on('end', () => resolve(Buffer.concat(chunks)))
    document.on('error', reject)
  })
  write(document, account)
  markPages(document, [watermarkLine(watermark), `SHA-256 of the account as JSON: ${digest}`])
  document.end()
  return done
}

function write(document: PDFKit.PDFDocument, account: HeldAccount): void {
  const { request, compiledBy, compiledAt, searched, notSearched } = account
  const line = (text: string) =>
    document.font('Helvetica').fontSize(10).fillColor('black').text(printable(text))
  const heading = (text: string) => {
    document.moveDown(0.8).font('Helvetica-Bold').fontSize(13).fillColor('black').text(text)
    document.moveDown(0.3)
  }
  document.font('Helvetica-Bold').fontSize(18).text('Account of records held')
  document.moveDown(0.5)
  line(`Request ${request.requestRef} under the ${request.law}`)
  if (request.plates.length > 0) line(`Plates: ${request.plates.join(', ')}`)
  if (request.words.length > 0) line(`Words: ${request.words.join(', ')}`)
  line(`Compiled by ${compiledBy} at ${compiledAt}`)
  line(
    'For the person who decides what to release: this account may name other people, and cases that are still open.',
  )
  for (const [kind, title] of KINDS) {
    heading(`${title}: ${account[kind].length} of ${searched[kind]}`)
    for (const { because, value } of account[kind]) writeThing(document, because, value)
  }
  heading('Not searched')
  for (const text of notSearched) line(`•  ${text}`)
}

function writeThing(document: PDFKit.PDFDocument, because: readonly string[], value: object): void {
  document
    .font('Helvetica-Oblique')
    .fontSize(9)
    .fillColor(GRAY)
    .text(printable(`Found: ${because.join('; ')}`))
  document.font('Courier').fontSize(8).fillColor('black')
  for (const text of listLines(value)) document.text(printable(text))
  document.moveDown(0.6)
}

/** Every value of a record on its own line, after its path. */
function* listLines(value: unknown, path = ''): Generator<string> {
  if (Array.isArray(value)) {
    if (value.length === 0) yield `${path}: none`
    for (const [i, part] of value.entries()) yield* listLines(part, `${path}[${i}]`)
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, part] of Object.entries(value)) yield* listLines(part, path ? `${path}.${key}` : key)
  } else {
    yield `${path}: ${value === null ? 'unknown' : String(value)}`
  }
}

/** Letters of Windows-1252, which the standard fonts support, besides Latin-1. */
const MORE_LETTERS = '€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ'

const printable = (text: string): string =>
  [...text].map((sign) => (sign <= 'ÿ' || MORE_LETTERS.includes(sign) ? sign : '?')).join('')

function markPages(document: PDFKit.PDFDocument, lines: readonly string[]): void {
  const { start, count } = document.bufferedPageRange()
  for (let n = 0; n < count; n++) {
    document.switchToPage(start + n)
    // Text below the margin would start a new page.
    document.page.margins.bottom = 0
    const top = document.page.height - MARGIN - FOOT / 2
    const options = { width: document.page.width - 2 * MARGIN, lineBreak: false }
    document.font('Helvetica').fontSize(7).fillColor(GRAY)
    for (const [i, text] of lines.entries()) document.text(printable(text), MARGIN, top + i * 10, options)
    document.text(`Page ${n + 1} of ${count}`, MARGIN, top + lines.length * 10, options)
  }
}
