import { publishAll } from '@sightline/broker/publish-all'
import { DISPLAYS } from '@sightline/schemas/streams'
import { benchDisplay } from '../match/displays.ts'
import { plates } from '../match/traffic.ts'
import type { Stack } from './stack.ts'

/** Stores so many displays of made-up plates, before the parts that load them start. */
export async function storeDisplays(stack: Stack, displays: number): Promise<void> {
  const admin = await stack.connect()
  const all = plates('displays', displays).map((plate, n) => {
    const display = benchDisplay(plate, n)
    const subject = `$KV.${DISPLAYS}.${display.id}`
    return { subject, payload: JSON.stringify(display), msgID: display.id }
  })
  await publishAll(admin, all, { user: 'admin' })
  await admin.close()
}
