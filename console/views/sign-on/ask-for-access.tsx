import { useQuery } from '@tanstack/react-query'
import { useState } from 'preact/hooks'
import { answer, api, type Body } from '../../api/client.ts'
import { useWrite } from '../../api/use-write.ts'
import { toast } from '../../shell/toasts.tsx'
import { Field } from '../../ui/field.tsx'
import { Form } from '../../ui/form.tsx'
import { Loaded } from '../../ui/states.tsx'
import { sourceName } from './access-status.tsx'
import { texts } from './texts.ts'

/** Requests access to sources, stating the need (ACC-1, ACC-6). */
export function AskForAccess() {
  const words = texts.access
  const sources = useQuery({
    queryKey: ['access', 'sources'],
    queryFn: () => answer(api.GET('/v1/access/sources')),
  })
  /** Increased to start with an empty form again. */
  const [asked, setAsked] = useState(0)
  const ask = useWrite(
    (body: Body<'/v1/access/requests'>) => answer(api.POST('/v1/access/requests', { body })),
    {
      refresh: [['access', 'me']],
      done: () => {
        toast(words.asked)
        setAsked(asked + 1)
      },
    },
  )
  return (
    <section class="card" aria-labelledby="ask">
      <h2 id="ask">{words.ask}</h2>
      <Loaded query={sources}>
        {({ sources }) => (
          <Form
            key={asked}
            submit={words.submit}
            busy={ask.busy}
            problem={ask.problem}
            onSubmit={(values) =>
              ask.submit({ need: String(values.get('need')), sources: values.getAll('source').map(String) })
            }
          >
            <Field label={words.need} hint={words.needHint}>
              <textarea name="need" required minLength={20} maxLength={1000} />
            </Field>
            <SourceChoice sources={sources} />
          </Form>
        )}
      </Loaded>
    </section>
  )
}

/** Checkboxes of which at least one is required; the browser reports that at the first one. */
function SourceChoice({ sources }: { sources: readonly string[] }) {
  const words = texts.access
  const [chosen, setChosen] = useState(new Set<string>())
  const toggle = (id: string) => {
    const next = new Set(chosen)
    if (!next.delete(id)) next.add(id)
    setChosen(next)
  }
  return (
    <fieldset>
      <legend class="legend">{words.sourcesLegend}</legend>
      {sources.map((id, place) => (
        <label key={id} class="choice">
          <input
            type="checkbox"
            name="source"
            value={id}
            checked={chosen.has(id)}
            required={place === 0 && chosen.size === 0}
            title={words.sourcesRule}
            onChange={() => toggle(id)}
          />
          {sourceName(id)}
        </label>
      ))}
    </fieldset>
  )
}
