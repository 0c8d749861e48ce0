import { useInfiniteQuery } from '@tanstack/react-query'
import type { Body } from '../../../api/client.ts'
import type { Write } from '../../../api/use-write.ts'
import { AskDialog } from '../../../ui/ask-dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { PlateText } from '../../../ui/plate-text.tsx'
import { When } from '../../../ui/when.tsx'
import { savedQuery, textIn } from '../steps.ts'
import { texts } from '../texts.ts'
import type { Version } from '../types.ts'

export type NewVersion = Body<'/v1/cases/{id}/products'>

interface Props<Output> {
  title: string
  workspace: string
  /** The version on which it is based. */
  from?: Version
  step: Write<NewVersion, Output>
  onClose: () => void
}

/** Writes a version of a product: its text, and the saved reads that support it. */
export function VersionDialog<Output>({ title, workspace, from, step, onClose }: Props<Output>) {
  const words = texts.products.dialog
  const query = useInfiniteQuery(savedQuery(workspace))
  // Any of the case may be a source, so all of it is shown.
  if (query.hasNextPage && !query.isFetching && !query.isError) void query.fetchNextPage()
  const saved = query.data?.saved ?? []
  const shown = new Set(saved.map(({ saved: { read } }) => read.id))
  const isWhole = query.data !== undefined && !query.hasNextPage
  // Sources of the version before are not lost when somebody submits before all are loaded.
  const unshown = isWhole ? [] : (from?.sources ?? []).filter((id) => !shown.has(id))
  return (
    <AskDialog
      {...{ title, submit: words.submit, wide: true, step, onClose }}
      input={(values) => ({
        title: textIn(values, 'title'),
        text: textIn(values, 'text'),
        sources: values.getAll('source').map(String),
      })}
    >
      <Field label={words.title}>
        <input name="title" required minLength={3} maxLength={200} defaultValue={from?.title} />
      </Field>
      <Field label={words.text} hint={words.textHint}>
        <textarea
          name="text"
          class="cases-text"
          required
          minLength={20}
          maxLength={100_000}
          defaultValue={from?.text}
        />
      </Field>
      {unshown.map((id) => (
        <input key={id} type="hidden" name="source" value={id} />
      ))}
      {saved.length > 0 && (
        <fieldset class="cases-fieldset">
          <legend class="legend">{words.sources}</legend>
          <div class="cases-pick">
            {saved.map(({ saved: { read } }) => (
              <label key={read.id} class="choice">
                <input
                  type="checkbox"
                  name="source"
                  value={read.id}
                  defaultChecked={from?.sources.includes(read.id) ?? false}
                />
                <PlateText plate={read.plate} />
                <When at={read.seenAt} />
              </label>
            ))}
          </div>
        </fieldset>
      )}
    </AskDialog>
  )
}
