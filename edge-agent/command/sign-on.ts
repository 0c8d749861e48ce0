import { createInterface } from 'node:readline'
import type { Consent } from '@sightline/schemas/consent'
import { SightlineError } from '@sightline/schemas/errors'
import { callApi } from './call-api.ts'

/** Prompts the user for a line. @param hidden whether the input is hidden */
export type Ask = (question: string, hidden?: boolean) => Promise<string>

/**
 * Does something as a person: signs in with what they type, has them consent to the permissible uses (ACC-5), and signs
 * out afterward, even if it failed.
 * @param base as returned by `apiUrl`
 * @param work receives the cookie of the session
 * @throws CONSENT_MISSING, and what `callApi` and `work` throw
 */
export async function asPerson<T>(
  base: string,
  id: string,
  ask: Ask,
  work: (cookie: string) => Promise<T>,
): Promise<T> {
  const password = await ask(`Password of ${id}: `, true)
  const code = await ask('Code of the authenticator app: ')
  const { cookie = '' } = await callApi(base, '/v1/sign-on', { body: { id, password, code } })
  try {
    const { text, version, given } = (await callApi<Consent>(base, '/v1/consent', { cookie })).body
    if (!given) {
      const answer = await ask(`${text}\n\nDo you consent? Type yes: `)
      if (answer !== 'yes') {
        throw new SightlineError('CONSENT_MISSING', 'nothing was done: you did not consent (ACC-5)')
      }
      await callApi(base, '/v1/consent', { cookie, body: { version, agree: true } })
    }
    return await work(cookie)
  } finally {
    await callApi(base, '/v1/sign-off', { cookie, body: {} }).catch(() => {})
  }
}

/** Prompts on the terminal; piped input is taken line by line. Prompts go to standard error. */
export function terminal(): { ask: Ask; close(): void } {
  let isHidden = false
  const output = Object.assign(Object.create(process.stderr) as NodeJS.WriteStream, {
    write: (text: string) => isHidden || process.stderr.write(text),
  })
  const lines = createInterface({ input: process.stdin, output, terminal: process.stdin.isTTY })
  const typed = lines[Symbol.asyncIterator]()
  return {
    ask: async (question, hidden = false) => {
      process.stderr.write(question)
      isHidden = hidden
      const { value } = await typed.next()
      if (isHidden) process.stderr.write('\n')
      isHidden = false
      return String(value ?? '')
    },
    close: () => lines.close(),
  }
}
