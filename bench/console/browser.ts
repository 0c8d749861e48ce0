import { requireProgram } from '@sightline/runtime/program'
import { SightlineError } from '@sightline/schemas/errors'
import type { Browser, BrowserContext } from 'playwright-core'

/** @throws PROGRAM_MISSING without Chromium, ENGINE_UNAVAILABLE if its driver is not installed or it does not start */
export async function openBrowser(): Promise<Browser> {
  const executablePath = requireProgram('chromium')
  try {
    const { chromium } = await import('playwright-core')
    return await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  } catch (cause) {
    throw new SightlineError('ENGINE_UNAVAILABLE', `no browser can be started: ${(cause as Error).message}`, {
      cause,
      hint: 'In a checkout install the packages (npm install); else see whether chromium starts by itself.',
    })
  }
}

/** An api that accepts a development token. */
export interface DevelopmentApi {
  url: string
  token: string
}

/** Signs in as one of the made-up people, with consent. @returns the cookie, `name=value` */
export async function signOnAs({ url, token }: DevelopmentApi, person: string): Promise<string> {
  const send = async (path: string, body: object, cookie = '') => {
    const headers = { origin: url, cookie, 'content-type': 'application/json' }
    const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return answer
  }
  const answer = await send('/v1/sign-on/development', { token, person })
  const cookie = answer.headers.getSetCookie()[0]!.split(';')[0]!
  const text = await fetch(`${url}/v1/consent`, { headers: { cookie } })
  const { version } = (await text.json()) as { version: string }
  await send('/v1/consent', { version, agree: true }, cookie)
  return cookie
}

/** A browser window with an empty cache, signed in by the cookie. */
export async function freshContext(browser: Browser, url: string, cookie: string): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, locale: 'en-GB' })
  const [name, value] = cookie.split('=') as [string, string]
  await context.addCookies([{ name, value, url, httpOnly: true, sameSite: 'Strict' }])
  return context
}
