import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'preact/hooks'
import { answer, api } from '../../../api/client.ts'
import { navigate } from '../../../shell/navigate.ts'
import { may } from '../../../shell/session.ts'
import { Button } from '../../../ui/button.tsx'
import { More } from '../../../ui/more.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { type NewVersion, VersionDialog } from '../product/version-dialog.tsx'
import { ProductList } from '../product-list.tsx'
import { productsQuery, useStep } from '../steps.ts'
import { texts } from '../texts.ts'
import type { PartProps } from './page.tsx'

/** Products of a workspace: drafts are the group's, published ones everybody's (ACC-8). */
export function Products({ one }: PartProps) {
  const words = texts.products
  const query = useInfiniteQuery(productsQuery({ case: one.id }))
  const [isWriting, setWriting] = useState(false)
  const step = useStep(
    (body: NewVersion, header) =>
      answer(
        api.POST('/v1/cases/{id}/products', {
          body,
          params: { path: { id: one.id }, header: { 'idempotency-key': header['idempotency-key'] } },
        }),
      ),
    { said: words.writeDone, done: ({ id }) => navigate(`/cases/products/${id}`) },
  )
  if (one.kind !== 'workspace') return <Empty text={words.notHere} />
  return (
    <section class="cases-part">
      <div class="cases-part-head">
        <h2>{words.heading}</h2>
        {may('product.write') && one.state === 'open' && (
          <Button kind="primary" icon="plus" onClick={() => setWriting(true)}>
            {words.write}
          </Button>
        )}
      </div>
      <Loaded query={query}>
        {(products) =>
          products.length === 0 ? <Empty text={words.ofCase} /> : <ProductList products={products} />
        }
      </Loaded>
      <More query={query} />
      {isWriting && (
        <VersionDialog title={words.write} workspace={one.id} step={step} onClose={() => setWriting(false)} />
      )}
    </section>
  )
}
