import { several } from '@sightline/schemas/several'
import sharp from 'sharp'
import { isRight, type ReliabilityBin, reliability, type Sample, singleReads } from './scoring.ts'

const SIZE = 480
const MARGIN = 64
const COLORS = ['#1f5fbf', '#c2571a', '#4b8b3b']

/**
 * A reliability plot as PNG: for reads of each confidence (to the right) the share that was right (up). On the
 * diagonal a confidence says what it means. A dot's area tells how many reads it stands for.
 * @param reads samples of each engine, by its name
 */
export async function reliabilityPlot(reads: ReadonlyMap<string, readonly Sample[]>): Promise<Buffer> {
  const curves = [...reads].map(([engine, samples], i) => curve(engine, binsOf(samples), i))
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE + 2 * MARGIN}" height="${SIZE + 2 * MARGIN}" font-family="sans-serif" font-size="15">
    <rect width="100%" height="100%" fill="#fff"/>
    ${axes()}
    <line x1="${x(0)}" y1="${y(0)}" x2="${x(1)}" y2="${y(1)}" stroke="#888" stroke-dasharray="6 5"/>
    ${curves.join('\n')}
  </svg>`
  return sharp(Buffer.from(svg)).png().toBuffer()
}

function binsOf(samples: readonly Sample[]): ReliabilityBin[] {
  return reliability(
    singleReads(samples).flatMap(({ label, best }) =>
      best && label.text !== null ? [{ confidence: best.confidence, right: isRight(label, best) }] : [],
    ),
  )
}

const x = (value: number): number => MARGIN + value * SIZE
const y = (value: number): number => MARGIN + (1 - value) * SIZE

function axes(): string {
  const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1].map(
    (value) => `
    <path d="M${x(value)} ${y(0)}V${y(1)}M${x(0)} ${y(value)}H${x(1)}" stroke="#e4e4e4"/>
    <text x="${x(value)}" y="${y(0) + 20}" text-anchor="middle">${value}</text>
    <text x="${x(0) - 8}" y="${y(value) + 5}" text-anchor="end">${value}</text>`,
  )
  return `${ticks.join('')}
    <text x="${x(0.5)}" y="${y(0) + 46}" text-anchor="middle">confidence</text>
    <text transform="translate(20 ${y(0.5)}) rotate(-90)" text-anchor="middle">share read right</text>`
}

function curve(engine: string, bins: readonly ReliabilityBin[], i: number): string {
  const color = COLORS[i % COLORS.length]!
  const total = bins.reduce((sum, { count }) => sum + count, 0)
  const points = bins.map(({ confidence, right }) => `${x(confidence)},${y(right)}`).join(' ')
  const dots = bins.map(({ count, confidence, right }) => {
    const radius = 3 + 22 * Math.sqrt(count / total)
    return `<circle cx="${x(confidence)}" cy="${y(right)}" r="${radius}" fill="${color}" fill-opacity="0.45"/>`
  })
  return `<polyline points="${points}" fill="none" stroke="${color}" stroke-width="2"/>${dots.join('')}
    <text x="${x(0.03)}" y="${y(1) + 24 + 20 * i}" fill="${color}">${engine} (${several(total, 'read')})</text>`
}
