import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '@sightline/runtime/root'
import { withoutCitations } from '@sightline/schemas/errors'
import { REQUIREMENTS } from '@sightline/schemas/requirements'
import { several } from '@sightline/schemas/several'
import fc from 'fast-check'
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
  'corners|reviews|signatures|subjects|places|searches|matches|hits|faults|parts|visits|stays|pairs|cameras|years|weeks'

/** The words of a text: of what `addRules` made, the sentence without its button. */
function textOf(text: unknown): string {
  if (typeof text !== 'object' || text === null) return String(text)
  const children = 'props' in text ? (text.props as { children?: unknown }).children : text
  return [children]
    .flat()
    .filter((part) => typeof part === 'string')
    .join('')
}

const REQUIREMENT = /\b(ACC|AUD|CAP|DSP|QRY)-\d/

describe('requirements', () => {
  it('are cited by errors, and shown to people only when they ask why', () => {
    const id = fc.constantFrom(...REQUIREMENTS.map((one) => one.id))
    const cited = fc.array(id, { minLength: 1, maxLength: 3 })
    const words = fc.string().filter((text) => !REQUIREMENT.test(text))
    fc.assert(
      fc.property(words, cited, words, (before, ids, after) => {
        const { text, rules } = withoutCitations(`${before} (${ids.join(', ')})${after}`)
        expect(text).toBe(`${before}${after}`)
        expect(rules).toEqual([...new Set(ids)])
      }),
    )
    expect(withoutCitations('nothing is cited (see docs)')).toEqual({
      text: 'nothing is cited (see docs)',
      rules: [],
    })
  })

  it('are not named in the console’s texts', async () => {
    const files = await fastGlob('console/{map,shell,views}/**/texts.{ts,tsx}', { cwd: root, absolute: true })
    const named: string[] = []
    const look = (text: unknown): void => {
      if (typeof text === 'string') {
        // An id alone is for a Why? button.
        if (REQUIREMENT.test(text) && !/^[A-Z]{3}-\d+$/.test(text)) named.push(text)
      } else if (typeof text === 'function') {
        for (const given of [1, 'x', []]) {
          try {
            look(text(given, given, given))
          } catch {
            // Not what it is given.
          }
        }
      } else if (typeof text === 'object' && text !== null) {
        if ('props' in text) look(textOf(text))
        else for (const part of Object.values(text)) look(part)
      }
    }
    for (const file of files) look({ ...(await import(file)) })
    expect(named).toEqual([])
  })

  it('are not named in e-mails', async () => {
    const files = await fastGlob('api/**/*.ts', {
      cwd: root,
      absolute: true,
      ignore: ['**/dist{,-*}/**', '**/node_modules/**'],
    })
    // Whoever writes e-mails writes them in one string each, with a blank line after the name.
    const mails = files.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/`\$\{\S*name\},\n?\\?n?[^`]*`/gi)].map(([text]) => text),
    )
    expect(mails.length).toBeGreaterThan(8)
    expect(mails.filter((text) => REQUIREMENT.test(text))).toEqual([])
  })
})

describe('texts for people', () => {
  it('count with `several`: no text has a number that may be 1 before a plural', async () => {
    const files = await fastGlob(
      [
        '{api,bench,broker,cli,console,edge-agent,geometry,matcher,matching,recognition,replay,runtime,schemas,vendor-sim}/**/*.{ts,tsx,mjs,js}',
      ],
      { cwd: root, ignore: ['**/node_modules/**', '**/dist{,-*}/**', 'console/api/types.d.ts'] },
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

  it('are right for the number 1 in the console', async () => {
    const files = await fastGlob('console/{map,shell,views}/**/texts.{ts,tsx}', { cwd: root, absolute: true })
    const told: string[] = []
    const call = (text: unknown) => {
      if (typeof text === 'object' && text !== null) for (const part of Object.values(text)) call(part)
      if (typeof text !== 'function') return
      const ones = Array.from({ length: 4 }, (_, place) => (place < text.length ? 1 : undefined))
      for (const words of [ones, [1, 'x', 'x'], ['x', 1, 'x'], ['x', 'x', 1]]) {
        try {
          told.push(textOf((text as (...words: unknown[]) => unknown)(...words)))
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

describe('texts over several lines', () => {
  // Two words that meet where a line of code ends, without a blank.
  const RUN_TOGETHER = /[A-Za-z0-9.,;:!?)’]['"`]\s*\+\s*\n\s*['"`][A-Za-z0-9(`]/g

  it('keep the space between their lines', async () => {
    const ignore = ['**/{node_modules,dist}/**', 'test/**']
    const files = await fastGlob('**/*.{ts,tsx}', { cwd: root, ignore })
    expect(files.length).toBeGreaterThan(500)
    const joined = files.flatMap((file) =>
      (readFileSync(join(root, file), 'utf8').match(RUN_TOGETHER) ?? []).map((words) => `${file}: ${words}`),
    )
    expect(joined).toEqual([])
  })
})
