import { mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { zonesOf } from '@sightline/edge-agent/command/zones'
import { withZones } from '@sightline/edge-agent/config/change-zones'
import { parseConfig } from '@sightline/edge-agent/config/parse'
import type { Zones } from '@sightline/edge-agent/zones/zones'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../../support/broker.ts'

const CONFIG = `# The cameras of the harbor.
cameras:
  - id: gate-1   # by the barrier
    owner: "Harbor Parking LLC"
    ownerType: private-business
    kind: fixed
    # Ask Ana before you change this password.
    source: { type: mjpeg, url: "http://user:p%2Fw@10.0.0.6/mjpeg", maxFps: 5 }

  - kind: fixed
    id: gate-2
    ownerType: private-business
    owner: 'Harbor Parking LLC'
    source:
      type: folder
      path: /var/spool/a-very-long-name-of-a-folder-that-would-be-folded-at-eighty-columns/and-more/and-more
# End.
`
const ZONES: Zones = {
  ignore: [
    [
      [0, 0],
      [1, 0],
      [1, 0.0813333333],
    ],
  ],
  line: { from: [0.1, 0.6], to: [0.9, 0.6] },
}

const TRIANGLE: [number, number][] = [
  [0, 0],
  [1, 0],
  [1, 0.25],
]

const zonesIn = (text: string) =>
  Object.fromEntries(parseConfig(text, 'edge.yaml').cameras.map(({ id, zones }) => [id, zones]))

describe('zones in a configuration', () => {
  test('are added to their camera, and no other line changes', () => {
    const changed = withZones(CONFIG, 'gate-2', ZONES, 'edge.yaml')
    const added = changed.split('\n').filter((line) => !CONFIG.split('\n').includes(line))
    expect(added).toEqual([
      '    zones: { ignore: [ [ [ 0, 0 ], [ 1, 0 ], [ 1, 0.081 ] ] ], line: { from: [ 0.1, 0.6 ], to: [ 0.9, 0.6 ] } }',
    ])
    const without = changed.split('\n').filter((line) => !added.includes(line))
    expect(without.join('\n')).toBe(CONFIG)
    expect(zonesIn(changed)).toMatchObject({ 'gate-1': undefined, 'gate-2': { line: ZONES.line } })
  })

  test('are changed, and removed again without a trace', () => {
    const once = withZones(CONFIG, 'gate-1', ZONES, 'edge.yaml')
    const twice = withZones(once, 'gate-1', { only: ZONES.ignore! }, 'edge.yaml')
    expect(zonesIn(twice)['gate-1']).toEqual({
      only: [
        [
          [0, 0],
          [1, 0],
          [1, 0.081],
        ],
      ],
    })
    expect(withZones(twice, 'gate-1', { ignore: [] }, 'edge.yaml')).toBe(CONFIG)
    expect(withZones(CONFIG, 'gate-1', {}, 'edge.yaml')).toBe(CONFIG)
  })

  test('are changed in any style of writing a camera', () => {
    const rest = 'owner: A, ownerType: agency, kind: fixed, source: { type: folder, path: /in }'
    for (const text of [
      `cameras: [ { id: gate-1, ${rest} } ]\n`,
      `cameras: [ { zones: { only: [] }, id: gate-1, ${rest} } ] # one\n`,
      `cameras:\n- zones:\n    line:\n      from: [0, 0]\n      to: [1, 1]\n  # Its name.\n  id: gate-1\n  ${rest.split(', ').slice(0, 3).join('\n  ')}\n  source:\n    type: folder\n    path: /in\n`,
      `cameras:\r\n  - id: gate-1\r\n    ${rest.split(', ').slice(0, 3).join('\r\n    ')}\r\n    source: { type: folder, path: /in }`,
    ]) {
      const changed = withZones(text, 'gate-1', ZONES, 'edge.yaml')
      expect(zonesIn(changed)['gate-1']).toMatchObject({ line: ZONES.line })
      expect(changed.includes('# one')).toBe(text.includes('# one'))
      expect(changed.includes('# Its name.')).toBe(text.includes('# Its name.'))
      expect(zonesIn(withZones(changed, 'gate-1', {}, 'edge.yaml'))['gate-1']).toBeUndefined()
    }
  })

  test('are changed without affecting YAML aliases that other cameras share', () => {
    const zones = (first: string, second: string, third: string) =>
      [first, second, third]
        .map(
          (text, n) =>
            `  - id: ${n === 0 ? '&name gate-0' : `gate-${n}`} # camera ${n}\n    owner: A\n    ownerType: agency\n    kind: fixed\n    source: { type: folder, path: /in${n} }\n${text}`,
        )
        .join('')
    const corner = '[[0, 0], [1, 0], [1, 0.5]]'
    for (const text of [
      zones(`    zones: &own { ignore: [${corner}] }\n`, '    zones: *own\n', '    zones: *own\n'),
      zones(
        `    zones: { ignore: &own [${corner}] }\n`,
        '    zones: { only: *own }\n',
        '    zones:\n      ignore: *own\n',
      ),
      zones(
        `    zones:\n      ignore: &all [&one ${corner}, *one]\n`,
        '    zones: { only: [*one], ignore: *all }\n',
        '    zones: { line: &line { from: [0, 0], to: [1, 1] } }\n',
      ),
    ].map((cameras) => `cameras:\n${cameras}`)) {
      const before = zonesIn(text)
      for (const id of ['gate-0', 'gate-1', 'gate-2']) {
        for (const wanted of [{ only: [TRIANGLE] }, {}]) {
          const changed = withZones(text, id, wanted, 'edge.yaml')
          const after = 'only' in wanted ? wanted : undefined
          expect(zonesIn(changed)).toEqual({ ...before, [id]: after })
          expect(changed).toContain('# camera 2')
        }
      }
    }
  })

  test('are found when the id also occurs elsewhere in the file', () => {
    const text = `cameras:\n  - owner: &name gate-1\n    id: *name\n    ownerType: agency\n    kind: fixed\n    source: { type: folder, path: /in }\n`
    expect(zonesIn(withZones(text, 'gate-1', ZONES, 'edge.yaml'))['gate-1']).toMatchObject({
      line: ZONES.line,
    })
  })

  test('keep a JSON file JSON', () => {
    const json = JSON.stringify({ cameras: parseConfig(CONFIG, 'x').cameras })
    const changed = withZones(json, 'gate-1', ZONES, 'edge.json')
    expect(JSON.parse(changed).cameras[0].zones.line).toEqual(ZONES.line)
    expect(JSON.parse(withZones(changed, 'gate-1', {}, 'edge.json'))).toEqual(JSON.parse(json))
  })

  test('are refused for a missing camera, and in an invalid file', () => {
    expect(() => withZones(CONFIG, 'gate-3', ZONES, 'edge.yaml')).toThrow('has no camera gate-3')
    expect(() => withZones(`${CONFIG}\n x`, 'gate-1', ZONES, 'edge.yaml')).toThrow('not right')
    const wide = { line: { from: [0, 0], to: [2, 0] } } as Zones
    expect(() => withZones(CONFIG, 'gate-1', wide, 'edge.yaml')).toThrow(
      /edge.yaml:\d+: cameras.0.zones.line.to/,
    )
  })

  test('keep the file’s permissions and a link to it, and leave nothing beside it', async () => {
    const folder = await temporaryFolder()
    await mkdir(join(folder.path, 'real'))
    const [file, link] = [join(folder.path, 'real/edge.yaml'), join(folder.path, 'edge.yaml')]
    await writeFile(file, CONFIG, { mode: 0o600 })
    await symlink(file, link)
    const store = zonesOf(link)
    await Promise.all([store('gate-1', ZONES), store('gate-2', ZONES)])
    const text = await readFile(file, 'utf8')
    expect(Object.values(zonesIn(text)).filter(Boolean)).toHaveLength(2)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    await expect(store('gate-3', ZONES)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await readFile(file, 'utf8')).toBe(text)
    await folder.remove()
  })
})
