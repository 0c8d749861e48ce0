import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '@sightline/runtime/root'
import { several } from '@sightline/schemas/several'
import fastGlob from 'fast-glob'
import { describe, expect, it } from 'vitest'

describe('a number with its noun', () => {
  it.each([
    [0, '0 alerts'],
    [1, '1 alert'],
    [2, '2 alerts'],
    [1001, '1001 alerts'],
  ])('%d: %s', (count, text) => expect(several(count, 'alert')).toBe(text))

  it('has a plural of its own where an s is none', () => {
    expect([1, 2].map((count) => several(count, 'query was', 'queries were'))).toEqual([
      '1 query was',
      '2 queries were',
    ])
  })
})

/** What is counted in front of people. */
const COUNTED =
  'alerts|reads|cameras|displays|frames|plates|pictures|records|messages|people|cases|queries|rows|vehicles|sightings|' +
  'requests|days|hours|minutes|seconds|times|checkpoints|partitions|agents|passes|files|lines|entries|results|characters|' +
  'corners|reviews|signatures|subjects|places|searches|matches|hits|faults|parts|visits|stays|pairs|readers|years|weeks'

describe('what people are told', () => {
  it('counts by `several`: no text has a number that may be 1 before a plural', async () => {
    const files = await fastGlob(
      [
        '{api,bench,broker,cli,console,edge-agent,geometry,matcher,matching,recognition,replay,runtime,schemas,vendor-sim}/**/*.{ts,tsx,mjs,js}',
      ],
      { cwd: root, ignore: ['**/node_modules/**', '**/dist/**', 'console/api/types.d.ts'] },
    )
    expect(files.length).toBeGreaterThan(400)
    const wrong = files.flatMap((file) =>
      readFileSync(join(root, file), 'utf8')
        .split('\n')
        // A fixed number, in capitals, is never 1; 1.0 and a list of numbers have a plural.
        .filter((line) =>
          new RegExp(`\\$\\{(?![A-Z_]+\\}|\\S+\\.(toFixed|join)\\()[^}]*\\} (${COUNTED})\\b`).test(line),
        )
        .map((line) => `${file}: ${line.trim()}`),
    )
    expect(wrong).toEqual([])
  })

  it('is right of 1 in every text of the console', async () => {
    const files = await fastGlob('console/{map,shell,views}/**/texts.{ts,tsx}', { cwd: root, absolute: true })
    const told: string[] = []
    const call = (text: unknown) => {
      if (typeof text === 'object' && text !== null) for (const part of Object.values(text)) call(part)
      if (typeof text !== 'function') return
      const ones = Array.from({ length: 4 }, (_, place) => (place < text.length ? 1 : undefined))
      for (const words of [ones, [1, 'x', 'x'], ['x', 1, 'x'], ['x', 'x', 1]]) {
        try {
          told.push(String((text as (...words: unknown[]) => unknown)(...words)))
        } catch {
          // Not what it is given.
        }
      }
    }
    for (const file of files) call(await import(file))
    expect(told.length).toBeGreaterThan(200)
    expect(
      told.filter((text) => /\b1 (?!(is|was|has|ms|goes|claims|compares|names|does)\b)[a-z]+s\b/.test(text)),
    ).toEqual([])
  })
})
