import { useQuery } from '@tanstack/react-query'
import { useState } from 'preact/hooks'
import { answer, answerWithEtag, api } from '../../../api/client.ts'
import { useWrite } from '../../../api/use-write.ts'
import { Link } from '../../../shell/navigate.ts'
import { toast } from '../../../shell/toasts.tsx'
import { Field } from '../../../ui/field.tsx'
import { Form } from '../../../ui/form.tsx'
import { Page } from '../../../ui/page.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { OversightTabs } from '../tabs.tsx'
import { texts } from '../texts.ts'
import { ClosePlates } from './close-plates.tsx'
import { type ClosePlate, type Settings, settingsOf, THRESHOLDS } from './draft.ts'
import { ShiftFields } from './shift-fields.tsx'

const words = texts.misuse
const KEY = ['oversight', 'misuse-settings']

/** Shifts, plates close to people, thresholds (AUD-5). */
export default function MisuseSettings() {
  const query = useQuery({
    queryKey: KEY,
    queryFn: () => answerWithEtag(api.GET('/v1/oversight/misuse-settings')),
    // The form must not change while the user edits it.
    refetchOnWindowFocus: false,
    staleTime: 0,
    gcTime: 0,
  })
  return (
    <Page
      title={words.settingsTitle}
      lead={words.settingsLead}
      actions={
        <Link class="button" href="/oversight/misuse">
          {words.back}
        </Link>
      }
    >
      <OversightTabs current="/oversight/misuse" />
      <Loaded query={query}>
        {({ data, etag }) => <SettingsForm key={etag} settings={data as Settings} etag={etag} />}
      </Loaded>
    </Page>
  )
}

function SettingsForm({ settings, etag }: { settings: Settings; etag: string }) {
  const [plates, setPlates] = useState<readonly ClosePlate[]>(settings.closePlates)
  const step = useWrite(
    (body: Settings, key) =>
      answer(
        api.PUT('/v1/oversight/misuse-settings', {
          body,
          params: { header: { 'if-match': etag, 'idempotency-key': key } },
        }),
      ),
    { refresh: [KEY, ['oversight', 'signals']], done: () => toast(words.saved) },
  )
  return (
    <Form
      submit={words.save}
      busy={step.busy}
      problem={step.problem}
      onSubmit={(values) => step.submit(settingsOf(values, settings, plates))}
    >
      <section class="card">
        <h2>{words.close}</h2>
        <p class="oversight-muted">{words.closeRule}</p>
        <ClosePlates plates={plates} set={setPlates} />
      </section>
      <section class="card">
        <h2>{words.shift}</h2>
        <ShiftFields shift={settings.shift} />
        {settings.shifts.length > 0 && (
          <p class="oversight-muted">{words.ownShifts(settings.shifts.length)}</p>
        )}
      </section>
      <section class="card">
        <h2>{words.thresholds}</h2>
        <div class="oversight-columns">
          {(Object.keys(THRESHOLDS) as (keyof typeof THRESHOLDS)[]).map((name) => (
            <Field key={name} label={texts.thresholds[name]} hint={words.fallback(THRESHOLDS[name])}>
              <input
                name={name}
                type="number"
                min={1}
                max={1_000_000}
                defaultValue={settings.thresholds?.[name] ?? ''}
              />
            </Field>
          ))}
        </div>
      </section>
    </Form>
  )
}
