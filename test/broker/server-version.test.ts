import { refusalOf } from '@sightline/broker/server-version'
import fc from 'fast-check'
import { expect, test } from 'vitest'

test.each([
  ['2.12.6', true],
  ['2.12.5', false],
  ['2.12.0', false],
  ['2.11.15', true],
  ['2.11.14', false],
  ['2.11.100', true],
  ['2.10.99', false],
  ['2.9.10', false],
  ['1.99.99', false],
  ['2.13.0', true],
  ['2.15.1', true],
  ['3.0.0', true],
  ['2.12.6-RC.1', false],
  ['2.12.7-RC.1', false],
  ['2.14.0-RC.2', false],
  ['2.16.0-dev', false],
  ['2.15.2+build.7', true],
  ['2.15', false],
  ['', false],
])('nats-server %s may be used: %s', (version, may) => {
  expect(refusalOf(version) === undefined).toBe(may)
})

const part = fc.nat(40)

test('a version may be used from the first fixed one of its line on, and every line after 2.12', () => {
  fc.assert(
    fc.property(fc.constantFrom(1, 2, 3), fc.nat(20), part, (major, minor, patch) => {
      const order = (major * 1000 + minor) * 1000 + patch
      const repaired = order >= 2_012_006 || (order >= 2_011_015 && order < 2_012_000)
      expect(refusalOf(`${major}.${minor}.${patch}`) === undefined).toBe(repaired)
    }),
  )
})

test('a prerelease may not be used, and any other version text is refused with a reason', () => {
  fc.assert(
    fc.property(part, part, fc.stringMatching(/^[0-9A-Za-z.-]+$/), (minor, patch, tag) => {
      expect(refusalOf(`2.${minor}.${patch}-${tag}`)).toMatch(/./)
    }),
  )
  fc.assert(
    fc.property(
      fc.string().filter((text) => !/^\d+\.\d+\.\d+/.test(text)),
      (text) => {
        expect(refusalOf(text)).toMatch(/./)
      },
    ),
  )
})
