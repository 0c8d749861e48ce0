import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bodyOf, type Rig, startRig } from '../harness.ts'

let rig: Rig
beforeAll(async () => {
  rig = await startRig()
})
afterAll(() => rig.close())

/** What the api answers to bytes on a connection. */
async function answerTo(bytes: string): Promise<{ status: number; type: string; body: object }> {
  const socket = connect(Number(new URL(rig.api.url).port), '127.0.0.1')
  await once(socket, 'connect')
  socket.write(bytes)
  const [head, body] = (await text(socket)).split('\r\n\r\n')
  return {
    status: Number(head!.split(' ')[1]),
    type: /content-type: (\S+)/i.exec(head!)?.[1] ?? '',
    body: JSON.parse(body!),
  }
}

describe('a request refused before it reaches a route is answered with a problem that has a code', () => {
  it.each([
    ['bytes that are no HTTP', 'nonsense\r\n\r\n', 400],
    [
      'more headers than fit',
      `GET /health HTTP/1.1\r\nhost: x\r\ncookie: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
    ],
  ])('%s', async (_, bytes, status) => {
    const answer = await answerTo(bytes)
    expect(answer).toMatchObject({ status, type: 'application/problem+json' })
    expect(answer.body).toMatchObject({ status, code: 'MESSAGE_INVALID', title: 'Message invalid' })
  })

  it.each([
    ['an address that cannot be decoded', '/v1/displays/%ff', 400],
    ['a parameter without an end', `/v1/displays/${'a'.repeat(2000)}`, 414],
  ])('%s', async (_, path, status) => {
    const answer = await rig.call(path)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    expect(await bodyOf(answer)).toMatchObject({ status, code: 'MESSAGE_INVALID' })
  })
})
