import type { NewDisplay } from '../../schemas/display.ts'
import { SightlineError } from '../../schemas/errors.ts'

/**
 * Puts plates on display through the api, as an analyst would; those that an earlier run left active stay.
 * @throws whatever the api refuses, with its own code
 */
export async function displayPlates(api: string, token: string, plates: readonly string[]): Promise<void> {
  const call = async (path: string, init: RequestInit = {}) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const answer = await fetch(`${api}${path}`, { ...init, headers })
    const body = (await answer.json()) as Record<string, unknown>
    if (!answer.ok) throw new SightlineError(body.code as SightlineError['code'], String(body.detail))
    return body
  }
  const { version } = await call('/v1/displays/notice')
  const listed = await call('/v1/displays?state=active&limit=500')
  const displayed = new Set((listed.displays as { plate: string }[]).map(({ plate }) => plate))
  for (const [n, plate] of plates.entries()) {
    if (displayed.has(plate)) continue
    const display: NewDisplay = {
      plate,
      priority: n === 0 ? 'high' : 'normal',
      reason: 'Made up for the demonstration',
      caseRef: `DEMO-${n + 1}`,
      confirmNotice: String(version),
    }
    await call('/v1/displays', { method: 'POST', body: JSON.stringify(display) })
  }
}
