import { createAuditLog } from '@sightline/api/audit/log'
import { sweepRetention } from '@sightline/api/cases/deletion'
import { openCaseStores } from '@sightline/api/cases/stores'
import { openLink } from '@sightline/broker/link'
import type { Product } from '@sightline/schemas/product'
import { describe, expect, it } from 'vitest'
import { quiet } from '../../support/broker.ts'
import { bodyOf, refusal } from '../harness.ts'
import { anna, bert, carl, clock, newRef, olaf, plain, rig, useQueryRig } from './query-rig.ts'
import { type Colleague, opened, reason } from './support.ts'

useQueryRig()

describe('a workspace', () => {
  it('shows its products to everybody once another member has published them (ACC-8)', async () => {
    const { id } = await opened(anna, { kind: 'workspace', members: ['bert'], caseRef: newRef() })
    const text = 'The vehicle crosses on Mondays.'
    expect((await refusal(carl.send(`/v1/cases/${id}/products`, { title: 'Ring', text })))[1]).toBe(
      'NOT_FOUND',
    )
    expect(
      (await refusal(anna.send(`/v1/cases/${id}/products`, { title: 'Ring', text, sources: [plain.id] })))[1],
    ).toBe('NOT_FOUND')
    const event = await opened(anna)
    expect((await refusal(anna.send(`/v1/cases/${event.id}/products`, { title: 'Ring', text })))[1]).toBe(
      'RULE_BROKEN',
    )
    const product = await bodyOf<{ id: string }>(
      anna.send(`/v1/cases/${id}/products`, { title: 'Ring', text }),
    )
    const step = (by: Colleague, name: string) => by.send(`/v1/products/${product.id}/${name}`, { reason })
    const sees = async (by: Colleague) => (await by.call(`/v1/products/${product.id}`)).status
    expect([await sees(bert), await sees(carl), await sees(olaf)]).toEqual([200, 404, 404])
    expect((await refusal(step(bert, 'submit')))[1]).toBe('NOT_ALLOWED')
    expect((await refusal(step(bert, 'publish')))[1]).toBe('CONFLICT')
    expect((await step(anna, 'submit')).status).toBe(200)
    expect((await refusal(step(anna, 'publish')))[1]).toBe('NOT_ALLOWED')
    expect((await refusal(step(carl, 'publish')))[1]).toBe('NOT_FOUND')
    const both = await Promise.all([step(bert, 'publish'), step(bert, 'return')])
    // With If-Match: * the second is computed again, and its state does not know the step.
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
    if (both[0]!.status !== 200) {
      await anna.send(`/v1/products/${product.id}/versions`, { title: 'Ring', text })
      await step(anna, 'submit')
      await step(bert, 'publish')
    }
    expect([await sees(carl), await sees(olaf)]).toEqual([200, 200])
    // The workspace itself stays closed.
    expect((await carl.call(`/v1/cases/${id}`)).status).toBe(404)
    const draft = 'A draft that only the group may read.'
    await bert.send(`/v1/products/${product.id}/versions`, { title: 'Ring', text: draft })
    expect(await (await carl.call('/v1/products')).text()).not.toContain(draft)
    expect(await (await anna.call('/v1/products')).text()).toContain(draft)
    expect((await step(anna, 'withdraw')).status).toBe(200)
    expect([await sees(carl), await sees(bert)]).toEqual([404, 200])
  })
})

describe('a workspace that is deleted', () => {
  it('takes its drafts along, also those written at that moment; published products stay (AUD-6, ACC-8)', async () => {
    const { id } = await opened(anna, { kind: 'workspace', members: ['bert'], caseRef: newRef() })
    const body = { title: 'Ring', text: 'The vehicle crosses on Mondays.' }
    const write = async () => bodyOf<Product>(anna.send(`/v1/cases/${id}/products`, body))
    const [draft, published, late] = [await write(), await write(), await write()]
    const step = (by: Colleague, name: string) => by.send(`/v1/products/${published.id}/${name}`, { reason })
    expect([(await step(anna, 'submit')).status, (await step(bert, 'publish')).status]).toEqual([200, 200])
    const link = await openLink(rig.admin)
    const stop = new AbortController()
    const stores = await openCaseStores(link, quiet, stop.signal)
    const stored = await stores.products.get(late.id)
    expect((await anna.send(`/v1/cases/${id}/deletion`, { reason })).status).toBe(204)
    const left = async () =>
      Promise.all(
        [draft, published, late].map(async (each) => (await stores.products.find(each.id)) !== undefined),
      )
    expect(await left()).toEqual([false, true, false])
    await stores.products.put(late.id, stored.value, 0)
    await sweepRetention(
      stores,
      createAuditLog(link, () => clock.now),
      () => clock.now,
    )
    expect(await left()).toEqual([false, true, false])
    expect((await carl.call(`/v1/products/${published.id}`)).status).toBe(200)
    stop.abort()
  })
})
