import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { followAlerts } from '@sightline/replay/alerts'
import { expect, it } from 'vitest'
import { sampleAlert } from '../api/harness.ts'

/** What the api does with each request for the stream, in turn. */
type Answer = (response: ServerResponse) => void

const refuse: Answer = (response) => response.writeHead(503).end('{"code":"AUDIT_UNAVAILABLE"}')
const begin = (response: ServerResponse, after: number) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(`event: ready\nid: ${after}\ndata: {"after":${after}}\n\n`)
}
const send = (response: ServerResponse, sequence: number) =>
  response.write(`event: alert\nid: ${sequence}\ndata: ${JSON.stringify(sampleAlert(sequence))}\n\n`)

it('resumes where it was after refusals, which end an EventSource for good', async () => {
  const asked: (string | undefined)[] = []
  const answers: Answer[] = [
    refuse,
    (response) => {
      begin(response, 4)
      response.end() // the api is stopped before any alert
    },
    refuse,
    (response) => {
      begin(response, 4)
      send(response, 5)
      response.end()
    },
    refuse,
    (response) => {
      begin(response, 5)
      send(response, 6)
    },
  ]
  const server = createServer((request, response) => {
    asked.push(request.headers['last-event-id'] as string | undefined)
    answers.shift()?.(response)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const seen: string[] = []
  const done = new Promise<void>((resolve) => {
    const { port } = server.address() as AddressInfo
    const following = followAlerts(`http://127.0.0.1:${port}`, 'a-token', ({ id }) => {
      seen.push(id)
      if (id !== sampleAlert(6).id) return
      following.close()
      resolve()
    })
  })
  await done
  expect(seen).toEqual([5, 6].map((sequence) => sampleAlert(sequence).id))
  expect(asked).toEqual([undefined, undefined, '4', '4', '5', '5'])
  server.closeAllConnections()
  server.close()
})
