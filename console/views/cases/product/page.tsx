import { useQuery } from '@tanstack/react-query'
import { useState } from 'preact/hooks'
import { answer, answerWithEtag, api } from '../../../api/client.ts'
import { nameOf } from '../../../shell/directory.ts'
import { Link, useParams } from '../../../shell/navigate.ts'
import { may, me } from '../../../shell/session.ts'
import { Button } from '../../../ui/button.tsx'
import { Page } from '../../../ui/page.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { ReasonDialog, RenewDialog } from '../keep-dialogs.tsx'
import { caseQuery, useStep } from '../steps.ts'
import { texts } from '../texts.ts'
import type { Product } from '../types.ts'
import { Until } from '../until.tsx'
import { isRevisable, lastOf, type Step, stepsFor } from '../whose.ts'
import { VersionCard } from './version-card.tsx'
import { type NewVersion, VersionDialog } from './version-dialog.tsx'
import '../cases.css'

/** An intelligence product with its versions, author and reviewer (ACC-8). */
export default function ProductPage() {
  const { id = '' } = useParams()
  const query = useQuery({
    queryKey: ['cases', 'product', id],
    queryFn: () => answerWithEtag(api.GET('/v1/products/{id}', { params: { path: { id } } })),
  })
  return (
    <Page title={query.data ? lastOf(query.data.data).title : texts.products.page}>
      <Loaded query={query}>{({ data, etag }) => <Versions product={data} etag={etag} />}</Loaded>
    </Page>
  )
}

function Versions({ product, etag }: { product: Product; etag: string }) {
  const words = texts.products
  // Users outside the group cannot see the workspace, so they can only read the product.
  const workspace = useQuery({ ...caseQuery(product.workspace), enabled: may('case.view'), retry: false })
  const isGroup = workspace.data !== undefined
  return (
    <>
      {isGroup && <Actions product={product} etag={etag} />}
      <p class="cases-note">
        {words.until} <Until until={product.retention.until} />{' '}
        {isGroup && <Link href={`/cases/${product.workspace}/products`}>{words.workspace}</Link>}
      </p>
      {[...product.versions].reverse().map((version, place) => (
        <VersionCard key={version.number} version={version} isOpen={place === 0} />
      ))}
    </>
  )
}

type Open = Step | 'revise' | 'renew'

function Actions({ product, etag }: { product: Product; etag: string }) {
  const words = texts.products
  const [open, setOpen] = useState<Open | null>(null)
  const last = lastOf(product)
  const steps = stepsFor(product, me.value)
  return (
    <>
      <div class="form-actions">
        {steps.map((step) => (
          <Button
            key={step}
            kind={step === 'publish' || step === 'submit' ? 'primary' : 'plain'}
            onClick={() => setOpen(step)}
          >
            {words.steps[step]}
          </Button>
        ))}
        {isRevisable(product) && may('product.write') && (
          <Button onClick={() => setOpen('revise')}>{words.revise}</Button>
        )}
        {may('product.write') && <Button onClick={() => setOpen('renew')}>{words.renew}</Button>}
      </div>
      {last.state === 'submitted' && last.author === me.value && (
        <p class="cases-note">{words.waitsForOther}</p>
      )}
      {last.state === 'draft' && last.author !== me.value && (
        <p class="cases-note">{words.waitsForAuthor(nameOf(last.author))}</p>
      )}
      {open && <Dialogs {...{ open, product, etag }} onClose={() => setOpen(null)} />}
    </>
  )
}

interface DialogsProps {
  open: Open
  product: Product
  etag: string
  onClose: () => void
}

function Dialogs({ open, product, etag, onClose }: DialogsProps) {
  const words = texts.products
  const path = { id: product.id }
  const name: Step = open === 'revise' || open === 'renew' ? 'submit' : open
  const step = useStep(
    (body: { reason: string }, header) =>
      answer(api.POST(`/v1/products/{id}/${name}`, { body, params: { path, header } })),
    { etag, said: words.dones[name], done: onClose },
  )
  const revision = useStep(
    (body: NewVersion, header) =>
      answer(api.POST('/v1/products/{id}/versions', { body, params: { path, header } })),
    { etag, said: words.reviseDone, done: onClose },
  )
  const renewal = useStep(
    (body: { until: string; reason: string }, header) =>
      answer(api.POST('/v1/products/{id}/renewal', { body, params: { path, header } })),
    { etag, said: texts.renew.done, done: onClose },
  )
  if (open === 'renew') {
    return <RenewDialog until={product.retention.until} step={renewal} onClose={onClose} />
  }
  if (open === 'revise') {
    return (
      <VersionDialog
        {...{ title: words.revise, workspace: product.workspace, from: lastOf(product) }}
        {...{ step: revision, onClose }}
      />
    )
  }
  return (
    <ReasonDialog
      {...{ title: words.steps[open], lead: words.leads[open], reason: words.reason[open] }}
      {...{ submit: words.steps[open], step, onClose }}
    />
  )
}
