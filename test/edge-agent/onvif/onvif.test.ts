import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { parseConfig } from '@sightline/edge-agent/config/parse'
import { askDevice } from '@sightline/edge-agent/onvif/device'
import { discover } from '@sightline/edge-agent/onvif/discover'
import { foundIn } from '@sightline/edge-agent/onvif/probe'
import { usernameToken } from '@sightline/edge-agent/onvif/soap'
import { configurationOf } from '@sightline/edge-agent/onvif/yaml'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { anyCharacter } from '../../support/any-character.ts'
import { temporaryFolder } from '../../support/broker.ts'
import { digestGuard } from '../../support/camera.ts'
import { costOf } from '../../support/cost.ts'
import { runInProcess } from '../../support/in-process.ts'
import { envelope, type OnvifRules, onvifDevice } from '../../support/onvif-device.ts'

/** Cameras that are looked for and asked over ONVIF: real UDP multicast and HTTP, on the loopback network. */

const LOGIN = { user: 'admin', password: 'p<&"w:/ä' }
const NETWORKS = ['127.0.0.1']

const ending: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end()
})

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4')
  socket.bind(0)
  await once(socket, 'listening')
  const { port } = socket.address() as AddressInfo
  socket.close()
  return port
}

async function device(rules: OnvifRules = {}, port?: number) {
  const udpPort = port ?? (await freeUdpPort())
  const served = await onvifDevice(udpPort, rules)
  ending.push(served.close)
  return { ...served, udpPort }
}

describe('a camera', () => {
  test.each<[string, OnvifRules, string[]]>([
    ['that asks for nothing', {}, []],
    ['with a password', { login: LOGIN }, []],
    ['whose clock is a day off', { login: LOGIN, clockMs: 86_400_000 }, []],
    ['that wants Digest of HTTP', { digest: digestGuard(LOGIN) }, []],
  ])('%s is found and lists its streams, the largest first', async (_what, rules) => {
    const { udpPort, address, httpPort, asked } = await device(rules)
    const found = await discover({ forMs: 300, networks: NETWORKS, port: udpPort })
    expect(found).toEqual([{ id: `urn:uuid:${httpPort}`, address, name: 'Gate seven', hardware: 'G-7' }])
    const told = await askDevice(found[0]!.address, LOGIN)
    expect(told).toEqual({
      manufacturer: 'Acme & Sons',
      model: 'Gate 7',
      profiles: [
        ...[
          {
            ...{ name: 'main stream', width: 1920, height: 1080, encoding: 'H265' },
            stream: 'rtsp://127.0.0.1:8554/Streaming/main?a=1&b=2',
            snapshot: `http://127.0.0.1:${httpPort}/snapshot/main.jpg`,
          },
          {
            ...{ name: 'sub stream', width: 640, height: 360, encoding: 'H264' },
            stream: 'rtsp://127.0.0.1:8554/Streaming/sub?a=1&b=2',
            snapshot: `http://127.0.0.1:${httpPort}/snapshot/sub.jpg`,
          },
        ],
      ],
    })
    expect(asked.slice(0, 4)).toEqual([
      'GetSystemDateAndTime',
      'GetDeviceInformation',
      'GetCapabilities',
      'GetProfiles',
    ])
  })

  test('the token is computed as the standard says', () => {
    // WS-UsernameToken as ONVIF's Programmer's Guide has it: nonce, time and password of its example.
    const token = usernameToken(
      { user: 'user', password: 'userpassword' },
      Date.parse('2010-09-16T07:50:45Z'),
      Buffer.from('LKqI6G/AikKCQrN0zqZFlg==', 'base64'),
    )
    expect(token).toContain('>tuOSpGlFlIXsozq4HFNeeGeFLEI=<')
    expect(token).toContain('>2010-09-16T07:50:45Z<')
    expect(token).toContain('>LKqI6G/AikKCQrN0zqZFlg==<')
  })

  test.each([
    ['a wrong password', { user: 'admin', password: 'wrong' }, /refuses the user or password/],
    ['no password', undefined, /asks for a user and a password/],
  ])('%s is reported', async (_what, login, message) => {
    const { address } = await device({ login: LOGIN })
    const refusal = askDevice(address, login)
    await expect(refusal).rejects.toMatchObject({
      code: 'SOURCE_DENIED',
      message: expect.stringMatching(message),
    })
  })
})

test('whoever asks for the password in the clear does not get it: anybody may answer a search', async () => {
  const heard: string[] = []
  const server = createServer(({ headers }, response) => {
    heard.push(headers.authorization ?? '')
    response.writeHead(401, { 'www-authenticate': 'Basic realm="camera"' }).end()
  }).listen(0, '127.0.0.1')
  ending.push(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await expect(askDevice(`http://127.0.0.1:${port}/onvif/device_service`, LOGIN)).rejects.toMatchObject({
    code: 'SOURCE_DENIED',
    message: expect.stringMatching(/in the clear/),
  })
  expect(heard.filter((one) => one !== '')).toEqual([])
})

const BOMB = `<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa">${Array.from(
  { length: 9 },
  (_, n) => `<!ENTITY ${'bcdefghij'[n]} "&${'abcdefghi'[n]};&${'abcdefghi'[n]};&${'abcdefghi'[n]};">`,
).join('')}]><b>&j;</b>`
const FILE = '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a SYSTEM "file:///etc/passwd">]><b>&a;</b>'
const HOSTILE: [string, string | Buffer][] = [
  ['entities that multiply', BOMB],
  ['an entity of a file', FILE],
  ['an entity that nobody declared', '<b>&secret;</b>'],
  ['elements a million deep', '<a>'.repeat(1_000_000)],
  ['a hundred thousand elements', `<b>${'<a/>'.repeat(100_000)}</b>`],
  ['gigabytes', Buffer.alloc(64 * 1024 * 1024, 0x20)],
  ['an attribute without an end', `<a b="${'x'.repeat(900_000)}`],
  ['no XML', 'HTTP is fun'],
  ['nothing', ''],
  ['bytes that are no text', Buffer.from([0xff, 0xfe, 0, 0xd8, 1, 2, 3])],
  ['XML that is no SOAP', '<html><p>Please sign in</p></html>'],
]

describe('hostile answers', () => {
  test.each(HOSTILE)('%s to a request is survived', async (_what, answer) => {
    const { address } = await device({ answers: { GetDeviceInformation: answer } })
    const { result, cpuMs, bytes } = await costOf(() => askDevice(address, undefined).catch((error) => error))
    expect(result).toMatchObject({ code: 'SOURCE_INVALID' })
    expect(result.message).not.toMatch(/root:|secret/)
    expect(cpuMs).toBeLessThan(3000)
    expect(bytes).toBeLessThan(300e6)
  })

  test.each(HOSTILE.filter(([, answer]) => answer.length < 60_000))(
    '%s to the discovery is survived',
    async (_what, answer) => {
      const good = await device()
      await device({ answers: { Probe: answer } }, good.udpPort)
      const found = await discover({ forMs: 300, networks: NETWORKS, port: good.udpPort })
      expect(found.map(({ address }) => address)).toEqual([good.address])
    },
  )

  test('a flood of answers with ids of their own is survived', async () => {
    const { udpPort } = await device({ times: 3000 })
    const found = await discover({ forMs: 500, networks: NETWORKS, port: udpPort })
    expect(found.length).toBeLessThanOrEqual(500)
  })

  test('an answer to another question is ignored', () => {
    const answer = envelope(
      '<d:ProbeMatches><d:ProbeMatch/></d:ProbeMatches>',
      '<a:RelatesTo>uuid:other</a:RelatesTo>',
    )
    expect(foundIn(Buffer.from(answer), '10.0.0.5', 'mine')).toEqual([])
    expect(foundIn(Buffer.from(answer), '10.0.0.5', 'other')).toHaveLength(1)
  })

  test.each([
    ['another host', 'http://10.9.9.9/onvif/device_service', 'http://10.0.0.5/onvif/device_service'],
    ['this host', 'http://127.0.0.1:8222/', 'http://10.0.0.5/onvif/device_service'],
    ['a file', 'file:///etc/passwd', 'http://10.0.0.5/onvif/device_service'],
    ['a user of its own', 'http://root:x@10.0.0.5:8000/svc', 'http://10.0.0.5:8000/svc'],
    ['itself among others', 'http://169.254.1.1/x http://10.0.0.5:8080/svc?a=1', 'http://10.0.0.5:8080/svc'],
  ])('an answer that names %s: only the sender is contacted', (_what, named, address) => {
    const answer = envelope(
      `<d:ProbeMatch><d:XAddrs>${named}</d:XAddrs></d:ProbeMatch>`,
      '<a:RelatesTo>uuid:mine</a:RelatesTo>',
    )
    expect(foundIn(Buffer.from(answer), '10.0.0.5', 'mine')[0]?.address).toBe(address)
  })

  test('services and streams on another host are neither contacted nor written', async () => {
    const other = await device()
    const { address } = await device({ names: `localhost:${other.httpPort}` })
    const told = await askDevice(address, LOGIN)
    expect(other.asked).toEqual([])
    expect(told.profiles.map(({ stream, snapshot }) => [stream, snapshot])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ])
  })

  test('names are shown on one line, without control characters', () => {
    const scope = encodeURIComponent('a\u001b[2J\n  - id: evil\u202e'.repeat(50))
    const answer = envelope(
      `<d:ProbeMatch><d:Scopes>onvif://www.onvif.org/name/${scope} onvif://www.onvif.org/hardware/%E0%A4</d:Scopes></d:ProbeMatch>`,
      '<a:RelatesTo>uuid:mine</a:RelatesTo>',
    )
    const [found] = foundIn(Buffer.from(answer), '10.0.0.5', 'mine')
    expect(found!.name).toMatch(/^[\x20-\x7e]{1,100}$/)
    expect(found!.hardware).toBe('%E0%A4')
    const text = configurationOf([{ found: found!, reason: 'no answer' }])
    expect(text.split('\n').filter((line) => !/^cameras:$|^ {2}#|^$/.test(line))).toEqual([])
  })

  test('any text at all stops nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (text) => {
        expect(foundIn(Buffer.from(text), '10.0.0.5', 'mine')).toEqual([])
      }),
    )
  })
})

describe('edge discover', () => {
  test('prints a configuration that the agent accepts, without a password', async () => {
    const folder = await temporaryFolder()
    ending.push(folder.remove)
    const passwordFile = join(folder.path, 'password')
    await writeFile(passwordFile, `${LOGIN.password}\n`)
    const first = await device({ login: LOGIN })
    await device({ login: { user: 'other', password: 'other' } }, first.udpPort)
    const load = () => import('@sightline/edge-agent/command/edge')
    const words = ['discover', '--network', '127.0.0.1', '--port', String(first.udpPort), '--wait', '1s']
    const login = ['--user', LOGIN.user, '--password-file', passwordFile]
    const { status, stdout: out, stderr } = await runInProcess('edge', load, [...words, ...login])
    expect(status, stderr).toBe(0)
    expect(out + stderr).not.toContain(LOGIN.password)
    expect(out).toMatch(/# 127\.0\.0\.1: Gate seven\n {2}# {3}not written: .*refuses the user or password/)
    // As printed it is refused: the owner is for a person to write.
    expect(() => parseConfig(out, 'edge.yaml')).toThrow(/owner/)
    const { cameras } = parseConfig(out.replaceAll('owner: ""', 'owner: Harbor Parking LLC'), 'edge.yaml')
    expect(cameras).toHaveLength(1)
    expect(cameras[0]).toMatchObject({
      id: 'camera-127-0-0-1',
      source: {
        type: 'rtsp',
        url: 'rtsp://127.0.0.1:8554/Streaming/main?a=1&b=2',
        user: 'admin',
        passwordFile,
        maxFps: 10,
      },
    })
  }, 60_000)
})
