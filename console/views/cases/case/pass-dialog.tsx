import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'preact/hooks'
import { answer, api, type Body } from '../../../api/client.ts'
import { useWrite } from '../../../api/use-write.ts'
import { toast } from '../../../shell/toasts.tsx'
import { AskDialog } from '../../../ui/ask-dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { PlateText } from '../../../ui/plate-text.tsx'
import { Loading } from '../../../ui/states.tsx'
import { When } from '../../../ui/when.tsx'
import { ReasonField } from '../keep-dialogs.tsx'
import { lookoutsQuery, productsQuery, savedQuery, textIn } from '../steps.ts'
import { texts } from '../texts.ts'
import type { Case } from '../types.ts'

type Record = Body<'/v1/cases/{id}/disseminations'>

/** Records what will be shared outside, before it is shared: to whom, under which authority, what (AUD-7). */
export function PassDialog({ one, onClose }: { one: Case; onClose: () => void }) {
  const words = texts.passed.dialog
  const [isNothing, setNothing] = useState(false)
  const step = useWrite(
    (body: Record, key) =>
      answer(
        api.POST('/v1/cases/{id}/disseminations', {
          body,
          params: { path: { id: one.id }, header: { 'idempotency-key': key } },
        }),
      ),
    {
      refresh: [['cases', 'passed']],
      done: () => {
        toast(words.done)
        onClose()
      },
    },
  )
  return (
    <AskDialog
      {...{ title: words.title, lead: words.lead, submit: words.submit, step, onClose }}
      input={(values) => {
        const passed = passedIn(values)
        setNothing(Object.keys(passed).length === 0)
        if (Object.keys(passed).length === 0) return undefined
        const recipient = { name: textIn(values, 'name'), organization: textIn(values, 'organization') }
        return { recipient, passed, authority: textIn(values, 'authority'), reason: textIn(values, 'reason') }
      }}
    >
      <div class="cases-columns">
        <Field label={words.name}>
          <input name="name" required minLength={3} maxLength={300} autocomplete="off" />
        </Field>
        <Field label={words.organization}>
          <input name="organization" required minLength={3} maxLength={300} autocomplete="off" />
        </Field>
      </div>
      <Field label={words.authority} hint={words.authorityHint}>
        <input name="authority" required minLength={3} maxLength={300} />
      </Field>
      <ReasonField label={words.reason} />
      <What one={one} />
      {isNothing && (
        <p class="field-error" role="alert">
          {words.nothing}
        </p>
      )}
    </AskDialog>
  )
}

/** What may be shared from the case. */
function What({ one }: { one: Case }) {
  const words = texts.passed.dialog
  const ofSaved = useInfiniteQuery(savedQuery(one.id))
  const ofProducts = useInfiniteQuery(productsQuery({ case: one.id }))
  const ofLookouts = useInfiniteQuery(lookoutsQuery({ case: one.id }))
  // All of the case may be shared, so all of it is shown.
  for (const query of [ofSaved, ofProducts, ofLookouts])
    if (query.hasNextPage && !query.isFetching && !query.isError) void query.fetchNextPage()
  const [saved, products, lookouts] = [ofSaved.data?.saved, ofProducts.data, ofLookouts.data]
  if (!saved || !products || !lookouts) return <Loading rows={2} />
  const published = products.flatMap(({ id, versions }) =>
    versions.flatMap(({ state, number, title }) => (state === 'published' ? [{ id, number, title }] : [])),
  )
  if (saved.length + published.length + lookouts.length === 0) {
    return <p class="notice">{words.nothingThere}</p>
  }
  return (
    <>
      {saved.length > 0 && (
        <fieldset class="cases-fieldset">
          <legend class="legend">{words.reads}</legend>
          <div class="cases-pick">
            {saved.map(({ saved: { read } }) => (
              <label key={read.id} class="choice">
                <input type="checkbox" name="read" value={read.id} />
                <PlateText plate={read.plate} />
                <When at={read.seenAt} />
              </label>
            ))}
          </div>
        </fieldset>
      )}
      {published.length > 0 && (
        <Field label={words.products}>
          <select name="product">
            <option value="">{words.noProduct}</option>
            {published.map(({ id, number, title }) => (
              <option key={id} value={`${id} ${number}`}>
                {title}
              </option>
            ))}
          </select>
        </Field>
      )}
      {lookouts.length > 0 && (
        <Field label={words.lookouts}>
          <select name="lookout">
            <option value="">{words.noLookout}</option>
            {lookouts.map(({ id, plate, reason }) => (
              <option key={id} value={id}>
                {plate}: {reason}
              </option>
            ))}
          </select>
        </Field>
      )}
    </>
  )
}

function passedIn(values: FormData): Record['passed'] {
  const reads = values.getAll('read').map(String)
  const [id, version] = textIn(values, 'product').split(' ')
  const lookout = textIn(values, 'lookout')
  return {
    ...(reads.length > 0 && { reads }),
    ...(id && { product: { id, version: Number(version) } }),
    ...(lookout && { lookout }),
  }
}
