import { jetstream } from '@nats-io/jetstream'
import type { AuditRecord } from '@sightline/schemas/audit-record'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rewriteAudit } from '../support/rewritten-audit.ts'
import { checkView } from './support/check.ts'
import { fillOversight, quarterBefore } from './support/data-oversight.ts'
import { type Console, HAS_CHROMIUM, openConsole } from './support/open-console.ts'

/** The record that is tampered with. */
const VICTIM = 30

/** An overseer is to understand what is wrong with a log that was tampered with, and what to do (AUD-2). */
describe.skipIf(!HAS_CHROMIUM)('the audit log as oversight sees it', () => {
  let console: Console
  let page: Page
  beforeAll(async () => {
    const past = quarterBefore()
    console = await openConsole({ api: { clock: past.clock } })
    await fillOversight(console, past)
    page = (await console.as('iris-wong', { path: '/oversight/audit' })).page
  })
  afterAll(() => console?.close())

  const check = async () => {
    await page.goto(`${console.rig.api.url}/oversight/audit`)
    await page.getByRole('button', { name: 'Check the hashes' }).click()
    await page.getByRole('button', { name: 'Check again' }).waitFor()
  }
  const rewrite = (change: (records: AuditRecord[]) => string[]) => rewriteAudit(console.rig.broker, change)
  const plain = (records: AuditRecord[]) => records.map((record) => JSON.stringify(record))

  it('is shown as complete, and how to prove that to others (AUD-2)', async () => {
    await check()
    await page.getByText(/All \d+ records are intact/).waitFor()
    await page.getByText('To prove it to others').click()
    await page.getByText('./sightline audit export --out today', { exact: false }).waitFor()
    await checkView(page, 'chain-fine')
  })

  it('names a changed record, and missing ones, with what to do (AUD-2)', async () => {
    await rewrite((records) => {
      const at = records.findIndex(({ number }) => number === VICTIM)
      const changed = JSON.stringify(records[at]).replace('"parameters":{', '"parameters":{"added":1,')
      expect(changed).not.toBe(JSON.stringify(records[at]))
      return plain(records).with(at, changed).toSpliced(10, 2)
    })
    await check()
    await page.getByText('The log was altered in 2 places').waitFor()
    await page.getByText(`Record ${VICTIM} was changed after it was written`).waitFor()
    await page.getByText('Records 11 to 12 are missing.').waitFor()
    await page.getByText('Do not sign a review of this period').waitFor()
    await checkView(page, 'chain-broken')
  })

  it('is shown as blocked on its first page, and can still be checked (AUD-2)', async () => {
    await jetstream(console.rig.admin).publish('audit.mallory', 'no record')
    await page.goto(`${console.rig.api.url}/oversight`)
    await page.getByText('The log is blocked', { exact: false }).waitFor()
    await page.getByText('Tell your Sightline administrator', { exact: false }).waitFor()
    await page.getByText('not a record: nothing can be done until', { exact: false }).waitFor()
    await checkView(page, 'chain-blocked')
    await check()
    await page.getByText(/Message \d+ of the log is not a record/).waitFor()
  })
})
