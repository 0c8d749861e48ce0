import { readFile } from 'node:fs/promises'
import { SightlineError, toSightlineError } from '@sightline/schemas/errors'
import { type Recipient, type RecipientView, recipientsParser } from '@sightline/schemas/recipient'
import { isLoopback } from '../people/open.ts'

/** Recipients with whom verified alerts may be shared, by id. */
export type Recipients = ReadonlyMap<string, Recipient>

/** @throws CONFIG_INVALID naming the file and its fault */
export async function loadRecipients(path: string): Promise<Recipients> {
  const fault = (why: string, cause?: unknown) =>
    new SightlineError('CONFIG_INVALID', `cannot read the recipients file ${path}: ${why}`, {
      cause,
      hint: 'The file must look like {"recipients":[{"id":"port-sy","name":"Port of San Ysidro","to":{"url":"https://…","secret":"whsec_…"}}]}; "to" may also be {"email":"…"}.',
    })
  let list: Recipient[]
  try {
    list = recipientsParser.parseJson((await readFile(path, 'utf8')).normalize('NFC')).recipients
  } catch (cause) {
    throw fault(toSightlineError(cause).message, cause)
  }
  const byId = new Map(list.map((recipient) => [recipient.id, recipient]))
  if (byId.size < list.length) throw fault('an id appears twice')
  for (const { id, to } of list) {
    if (!('url' in to)) continue
    const url = URL.canParse(to.url) ? new URL(to.url) : undefined
    const isPlain = url?.protocol === 'http:' && isLoopback(url.hostname)
    if (url?.protocol !== 'https:' && !isPlain)
      throw fault(`the address of ${id} does not begin with https://`)
  }
  return byId
}

/** A recipient as an analyst sees it, without address and key. */
export const recipientView = ({ id, name, to }: Recipient): RecipientView => ({
  id,
  name,
  channel: 'url' in to ? 'webhook' : 'e-mail',
})
