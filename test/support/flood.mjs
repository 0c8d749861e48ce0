/**
 * An attacker: sends messages over a bare connection, as fast as the broker takes them, until its standard input ends. It writes a
 * line when the broker refuses one for the first time, and in the end the last of what the broker answered. Arguments: port, key file, user, subject, bytes of a message.
 */
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { fromSeed } from '@nats-io/nkeys'

const [port, keyFile, user, subject, bytes] = process.argv.slice(2)
const pair = fromSeed(Buffer.from((await readFile(keyFile, 'utf8')).trim()))
const socket = connect(Number(port), '127.0.0.1')
const [hello] = await once(socket, 'data')
const { nonce } = JSON.parse(hello.toString().slice('INFO '.length))
const sig = Buffer.from(pair.sign(Buffer.from(nonce))).toString('base64url')
const who = {
  verbose: false,
  nkey: pair.getPublicKey(),
  sig,
  headers: true,
  no_responders: true,
  protocol: 1,
}
const inbox = `_INBOX_${user}.flood`
socket.write(`CONNECT ${JSON.stringify(who)}\r\nSUB ${inbox} 1\r\n`)

let said = ''
let isRefused = false
let ended = false
let wake = () => {}
const drained = () =>
  new Promise((resolve) => {
    wake = resolve
    setTimeout(resolve, 200)
  })
socket.on('data', (chunk) => {
  if (chunk.includes('PING\r\n')) socket.write('PONG\r\n')
  // The last of it: after the refusal there may come a PING.
  said = (said + chunk.toString('latin1')).slice(-1000)
  if (isRefused || !said.includes('"code":503')) return
  isRefused = true
  process.stdout.write('refused\n')
})
socket.on('drain', () => wake())
socket.on('error', () => {
  ended = true
})
process.stdin.on('end', () => {
  ended = true
})
process.stdin.resume()

const one = `PUB ${subject} ${inbox} ${bytes}\r\n${'x'.repeat(Number(bytes))}\r\n`
const many = Buffer.from(one.repeat(Math.ceil(200_000 / one.length)))
while (!ended) {
  if (!socket.write(many)) await drained()
  await pause(0)
}
await pause(300)
process.stdout.write(said)
socket.destroy()
