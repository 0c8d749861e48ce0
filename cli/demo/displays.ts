import type { Case, NewCase } from '../../schemas/case.ts'
import type { NewDisplay } from '../../schemas/display.ts'
import { SightlineError } from '../../schemas/errors.ts'

/**
 * Puts plates on display through the api, as an analyst would: each for a case that names it. Cases and displays that
 * an earlier run left stay.
 * @throws whatever the api refuses, with its own code
 */
export async function displayPlates(api: string, token: string, plates: readonly string[]): Promise<void> {
  const call = async (path: string, body?: NewCase | NewDisplay) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const init = body && { method: 'POST', body: JSON.stringify(body) }
    const answer = await fetch(`${api}${path}`, { ...init, headers })
    const said = (await answer.json()) as Record<string, unknown>
    if (!answer.ok) throw new SightlineError(said.code as SightlineError['code'], String(said.detail))
    return said
  }
  const { version } = await call('/v1/displays/notice')
  const listed = await call('/v1/displays?state=active&limit=500')
  const displayed = new Set((listed.displays as { plate: string }[]).map(({ plate }) => plate))
  const open = (await call('/v1/cases?state=open&limit=500')).cases as Case[]
  const isNamed = (plate: string, caseRef: string) =>
    open.some(
      (one) =>
        one.caseRef === caseRef &&
        one.subjects.some(({ about }) => 'plate' in about && about.plate === plate),
    )
  for (const [n, plate] of plates.entries()) {
    if (displayed.has(plate)) continue
    const caseRef = `DEMO-${n + 1}`
    if (!isNamed(plate, caseRef)) await call('/v1/cases', demoCase(plate, caseRef))
    await call('/v1/displays', {
      ...{ plate, caseRef, priority: n === 0 ? 'high' : 'normal' },
      ...{ reason: 'Made up for the demonstration', confirmNotice: String(version) },
    })
  }
}

const demoCase = (plate: string, caseRef: string): NewCase => ({
  ...{ kind: 'event', caseRef, title: `The demonstration, ${caseRef}` },
  ...{ authority: 'None: nobody of it is real', purpose: 'To show how a display raises an alert' },
  subjects: [{ about: { plate }, reason: 'Made up, and driven by the simulation' }],
})
