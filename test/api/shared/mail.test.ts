import type { AddressInfo } from 'node:net'
import { createServer, type Server, type Socket } from 'node:net'
import { MAILS } from '@sightline/api/people/open'
import { createMailbox, type Mailbox, smtpSender } from '@sightline/api/shared/mail'
import type { Records } from '@sightline/api/shared/records'
import { openRecords } from '@sightline/api/shared/records'
import { openLink } from '@sightline/broker/link'
import { createLog } from '@sightline/runtime/log'
import type { Mail } from '@sightline/schemas/mail'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Rig, startRig } from '../harness.ts'

/** As much of a mail server as a client needs (RFC 5321); refuses everything while `isBusy`. */
function mailServer() {
  const received: string[] = []
  const state = { isBusy: false, refused: 0 }
  const serve = (socket: Socket) => {
    let data: string | undefined
    socket.write('220 ready\r\n')
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      for (const line of chunk.toString().split('\r\n').slice(0, -1)) {
        if (data !== undefined) {
          if (line !== '.') data += `${line}\n`
          else {
            received.push(data)
            data = undefined
            socket.write('250 taken\r\n')
          }
        } else if (line === 'DATA') {
          data = ''
          socket.write('354 go on\r\n')
        } else if (line === 'QUIT') socket.end('221 bye\r\n')
        else if (state.isBusy && line.startsWith('MAIL')) {
          state.refused++
          socket.write('451 later\r\n')
        } else socket.write('250 fine\r\n')
      }
    })
  }
  return { server: createServer(serve), received, state }
}

const aMail = (id: string): Mail => ({
  ...{ v: 1, id, to: 'anna@agency.example', subject: 'Your access', text: 'You are authorized.' },
  ...{ createdAt: '2026-11-24T09:00:00.000Z', sentAt: null },
})

describe('e-mails', () => {
  const { server, received, state } = mailServer()
  let rig: Rig
  let mails: Records<Mail>
  let mailbox: Mailbox
  let closable: Server

  beforeAll(async () => {
    closable = server
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
    rig = await startRig()
    const log = createLog('test', 'silent')
    mails = await openRecords(await openLink(rig.admin), MAILS, log)
    const url = `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`
    const send = smtpSender(url, 'sightline@agency.example')
    mailbox = createMailbox(mails, send, () => Date.UTC(2026, 10, 24, 10), log)
  })
  beforeEach(() => {
    received.length = 0
  })
  afterAll(async () => {
    closable.close()
    await rig.close()
  })
  const sent = async (id: string) => (await mails.get(id)).value.sentAt !== null

  it('are sent once when they are posted twice; the text of a sent one is not kept', async () => {
    await mailbox.post(aMail('one'))
    await expect.poll(() => sent('one')).toBe(true)
    await mailbox.post(aMail('one'))
    await mailbox.deliver()
    expect(received.length).toBe(1)
    expect(received[0]).toMatch(/^From: sightline@agency\.example$/m)
    expect(received[0]).toMatch(/^To: anna@agency\.example$/m)
    expect(received[0]).toMatch(/^Message-ID: <one@sightline\.invalid>$/m)
    expect((await mails.get('one')).value).toMatchObject({ text: '', sentAt: '2026-11-24T10:00:00.000Z' })
    expect(await mailbox.waiting()).toEqual([])
    expect([...(await mailbox.ids())]).toContain('one')
  })

  it('wait while the server accepts nothing', async () => {
    state.isBusy = true
    await mailbox.post(aMail('two'))
    await mailbox.deliver()
    // One process at a time has an e-mail: until the attempt of `post` is over, nobody else tries.
    await expect
      .poll(async () => [state.refused > 0, (await mails.get('two')).value.takenUntil])
      .toEqual([true, undefined])
    expect([received.length, await sent('two')]).toEqual([0, false])
    state.isBusy = false
    await mailbox.deliver()
    expect([received.length, await sent('two')]).toEqual([1, true])
  })
})
