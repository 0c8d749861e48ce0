import { parseVendors } from '@sightline/api/federation/vendors-file'
import { parseConfig } from '@sightline/edge-agent/config/parse'
import { boundedYaml } from '@sightline/runtime/yaml'
import { expect, test } from 'vitest'
import { LineCounter } from 'yaml'
import { costOf } from '../support/cost.ts'

// Small texts of which a parser makes gigabytes, or calls itself until it ends.

const laughs = (levels: number, width: number) =>
  [
    `a0: &a0 [${Array(width).fill('lol').join(', ')}]`,
    ...Array.from(
      { length: levels },
      (_, n) => `a${n + 1}: &a${n + 1} [${Array(width).fill(`*a${n}`).join(', ')}]`,
    ),
  ].join('\n')

const hostile: [string, () => string][] = [
  ['ten lines that repeat each other ten times', () => laughs(10, 10)],
  ['three lines that repeat each other three hundred times', () => laughs(3, 300)],
  ['a name within itself', () => 'a: &a [*a, *a]'],
  ['a repeat of nothing', () => 'a: *nothing'],
  ['brackets within brackets', () => '['.repeat(100_000)],
  ['brackets within brackets, each closed', () => `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
  ['keys within keys', () => `${'{a: '.repeat(30_000)}1${'}'.repeat(30_000)}`],
  ['lines within lines', () => Array.from({ length: 400 }, (_, n) => `${' '.repeat(n)}a:`).join('\n')],
  ['merged keys that repeat each other', () => laughs(9, 9).replaceAll('[', '{<<: [').replaceAll(']', ']}')],
  ['more than a configuration has', () => `a: ${'x'.repeat(300 * 1024)}`],
]

test.each(hostile)('%s: is refused as a configuration, at little cost', async (_what, make) => {
  const text = make()
  const { cpuMs, bytes } = await costOf(async () => {
    boundedYaml(text, new LineCounter())
    expect(() => parseConfig(text, 'edge.yaml')).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
    expect(() => parseVendors(text, 'vendors.yaml')).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    )
  })
  expect(cpuMs).toBeLessThan(5000)
  expect(bytes).toBeLessThan(400e6)
})

test('accepts what people write: names that are repeated a few times', () => {
  const text = 'base: &base { a: 1 }\none: *base\ntwo: *base\n'
  expect(boundedYaml(text, new LineCounter()).value).toMatchObject({ two: { a: 1 } })
})
