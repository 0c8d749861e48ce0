import { useQuery } from '@tanstack/react-query'
import { useState } from 'preact/hooks'
import { answer, api } from '../../../api/client.ts'
import { queryClient } from '../../../api/queries.ts'
import { useWrite } from '../../../api/use-write.ts'
import { Link, navigate, useParams } from '../../../shell/navigate.ts'
import { texts as shell } from '../../../shell/texts.ts'
import { toast } from '../../../shell/toasts.tsx'
import { Form } from '../../../ui/form.tsx'
import { Page } from '../../../ui/page.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { statusOf } from '../list/due.ts'
import { texts } from '../texts.ts'
import type { Display, DisplayChange } from '../types.ts'
import { displayQuery, fetchDisplay } from '../use-displays.ts'
import { changeOf, type Draft, draftOf } from './draft.ts'
import { Explanation } from './explanation.tsx'
import { Fields } from './fields.tsx'
import { merge } from './merge.ts'
import { MergeDialog } from './merge-dialog.tsx'
import { ownTimeZone } from './time-zone.ts'
import { Trial } from './trial.tsx'
import '../displays.css'

/** Changes a display (DSP-5). If somebody else changed it meanwhile, the user sees both changes and chooses. */
export default function ChangeDisplay() {
  const id = String(useParams().id)
  // The form is based on the version that was loaded first. Loading again would change what it is compared with.
  const query = useQuery({
    ...displayQuery(id),
    queryKey: ['display-change', id],
    gcTime: 0,
    staleTime: Infinity,
  })
  return (
    <Page title={texts.change.title} lead={texts.change.lead}>
      <Loaded query={query}>
        {({ display, etag }) =>
          statusOf(display, Date.now()) === 'active' ? (
            <Change key={etag} display={display} etag={etag} />
          ) : (
            <Empty icon="lock" text={texts.change.ended}>
              <Link href={`/displays/${id}`}>{texts.detail.title}</Link>
            </Empty>
          )
        }
      </Loaded>
    </Page>
  )
}

interface Seen {
  draft: Draft
  etag: string
}

function Change({ display, etag }: { display: Display; etag: string }) {
  const words = texts.change
  const { id } = display
  const [base, setBase] = useState<Seen>({ draft: draftOf(display, ownTimeZone()), etag })
  const [draft, setDraft] = useState(base.draft)
  const [newer, setNewer] = useState<Seen | null>(null)
  const [isSame, setSame] = useState(false)
  const saving = useWrite(
    async (body: DisplayChange, key) => {
      const header = { 'if-match': base.etag, 'idempotency-key': key }
      try {
        return await answer(api.PATCH('/v1/displays/{id}', { body, params: { path: { id }, header } }))
      } catch (error) {
        const now = await fetchDisplay(id)
        const isOvertaken = now.etag !== base.etag && now.display.state === 'active'
        if (!isOvertaken) throw error
        setNewer({ draft: draftOf(now.display, ownTimeZone()), etag: now.etag })
        return null
      }
    },
    {
      done: (stored) => {
        if (!stored) return
        void queryClient.invalidateQueries({ queryKey: ['displays'] })
        toast(words.done)
        navigate(`/displays/${id}`)
      },
    },
  )
  return (
    <div class="displays-editor">
      <Form
        submit={words.submit}
        busy={saving.busy}
        problem={saving.problem}
        onSubmit={() => {
          const change = changeOf(base.draft, draft)
          setSame(!change)
          if (change) saving.submit(change)
        }}
        actions={
          <Link href={`/displays/${id}`} class="button">
            {shell.cancel}
          </Link>
        }
      >
        <Fields
          draft={draft}
          set={(change) => setDraft((before) => ({ ...before, ...change }))}
          validatedAt={display.validatedAt}
        />
        <aside class="card displays-aside">
          <Explanation plate={draft.plate} />
          <Trial draft={draft} />
        </aside>
        {isSame && (
          <p class="field-error" role="alert">
            {words.nothing}
          </p>
        )}
      </Form>
      {newer && (
        <MergeDialog
          merged={merge(base.draft, newer.draft, draft)}
          stored={newer.draft}
          mine={draft}
          onClose={() => setNewer(null)}
          onMerged={(merged) => {
            setBase(newer)
            setDraft(merged)
            setNewer(null)
          }}
        />
      )}
    </div>
  )
}
