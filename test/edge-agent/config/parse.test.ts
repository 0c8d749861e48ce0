import { parseConfig } from '@sightline/edge-agent/config/parse'
import { expect, test } from 'vitest'

const good = `
cameras:
  - id: gate-1
    owner: Harbor Parking LLC
    ownerType: private-business
    kind: fixed
    position: { lat: 32.71, lon: -117.17 }
    source: { type: rtsp, url: "rtsp://user:secret@camera/stream" }
  - id: car-1
    owner: Agency
    ownerType: agency
    kind: mobile
    gps: { type: gpsd, port: 2947 }
    source:
      type: v4l2
      device: /dev/video0
      maxFps: 10
`

/** The configuration with one line changed; line numbers count from 1, the first is empty. */
function broken(change: (text: string) => string): string {
  try {
    parseConfig(change(good), 'edge.yaml')
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('was accepted')
}

test('a valid configuration is accepted, as YAML and as JSON', () => {
  const config = parseConfig(good, 'edge.yaml')
  expect(config.cameras.map(({ id }) => id)).toEqual(['gate-1', 'car-1'])
  expect(parseConfig(JSON.stringify(config), 'edge.json')).toEqual(config)
})

test.each([
  [
    'an unknown key',
    (t: string) => t.replace('kind: fixed', 'kind: fixed\n    shade: red'),
    'edge.yaml:7: cameras.0.shade: is not known here',
  ],
  [
    'a missing key',
    (t: string) => t.replace('    owner: Agency\n', ''),
    'edge.yaml:9: cameras.1: owner missing',
  ],
  [
    'an unknown site',
    (t: string) => t.replace('kind: fixed', 'kind: fixed\n    site: us-zz'),
    'edge.yaml:7: cameras.0.site: write who issues the plates there, such as us-ca',
  ],
  [
    'a site by its name instead of its code',
    (t: string) => t.replace('kind: fixed', 'kind: fixed\n    site: California'),
    'edge.yaml:7: cameras.0.site',
  ],
  [
    'an impossible latitude',
    (t: string) => t.replace('32.71', '132.71'),
    'edge.yaml:7: cameras.0.position.lat',
  ],
  [
    'an impossible longitude',
    (t: string) => t.replace('-117.17', '-217.17'),
    'edge.yaml:7: cameras.0.position.lon',
  ],
  [
    'a camera twice',
    (t: string) => t.replace('car-1', 'gate-1'),
    'edge.yaml:9: cameras.1.id: gate-1 is the camera of line 3 already',
  ],
  [
    'an unknown source',
    (t: string) => t.replace('type: v4l2', 'type: webcam'),
    'edge.yaml:15: cameras.1.source.type: must be one of',
  ],
  [
    'a key of another source',
    (t: string) => t.replace('maxFps: 10', 'transport: tcp'),
    'edge.yaml:17: cameras.1.source.transport: is not known here',
  ],
  [
    'a position of a mobile camera',
    (t: string) => t.replace('kind: fixed', 'kind: mobile'),
    'edge.yaml:7: cameras.0.position: a mobile camera has none',
  ],
  [
    'a GPS of a fixed camera',
    (t: string) => t.replace('kind: mobile', 'kind: fixed'),
    'edge.yaml:13: cameras.1.gps: a fixed camera has none',
  ],
  [
    'a key of another GPS',
    (t: string) => t.replace('port: 2947', 'baud: 9600'),
    'edge.yaml:13: cameras.1.gps.baud: is not known here',
  ],
  [
    'an unknown GPS',
    (t: string) => t.replace('type: gpsd', 'type: galileo'),
    'edge.yaml:13: cameras.1.gps.type: must be one of',
  ],
  ['bad YAML', (t: string) => t.replace('kind: mobile', 'kind: [mobile'), 'edge.yaml:1'],
  ['no camera', () => 'cameras: []', 'edge.yaml:1: cameras'],
  ['an empty file', () => '', 'edge.yaml:1'],
])('%s is refused, and the message names the line', (_what, change, message) => {
  expect(broken(change)).toContain(message)
})

test('a message never repeats the credentials of a source', () => {
  expect(broken((text) => text.replace('rtsp://', 'http://'))).not.toContain('secret')
})
