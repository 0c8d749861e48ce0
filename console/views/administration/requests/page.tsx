import { useState } from 'preact/hooks'
import type { Schema } from '../../../api/client.ts'
import { nameInSentence, nameOf } from '../../../shell/directory.ts'
import { may, me } from '../../../shell/session.ts'
import { Button } from '../../../ui/button.tsx'
import { Fact, Facts } from '../../../ui/facts.tsx'
import { More } from '../../../ui/more.tsx'
import { Page } from '../../../ui/page.tsx'
import { Person } from '../../../ui/person.tsx'
import { Empty, Loaded } from '../../../ui/states.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { When } from '../../../ui/when.tsx'
import { AdministrationTabs } from '../tabs.tsx'
import { texts } from '../texts.ts'
import { StepDialog, type StepName } from './step-dialog.tsx'
import { useFiles } from './use-files.ts'

const words = texts.requests
const KINDS = {
  requested: 'warn',
  'supervisor-approved': 'info',
  granted: 'good',
  refused: 'bad',
  withdrawn: 'plain',
  ended: 'plain',
} as const

/** Requests for access, and the next step on each (ACC-1). */
export default function Requests() {
  const query = useFiles('request')
  const [open, setOpen] = useState<{ name: StepName; row: Row } | null>(null)
  return (
    <Page title={words.title} lead={words.lead}>
      <AdministrationTabs current="requests" />
      <Loaded query={query}>
        {(files) => {
          const { waiting, decided } = rowsOf(files)
          const cards = (rows: readonly Row[]) => (
            <ul class="administration-list">
              {rows.map((row) => (
                <RequestCard
                  key={`${row.person} ${row.request.id}`}
                  row={row}
                  onStep={(name) => setOpen({ name, row })}
                />
              ))}
            </ul>
          )
          return (
            <>
              <h2>{words.waiting}</h2>
              {waiting.length === 0 ? <Empty icon="check" text={words.none} /> : cards(waiting)}
              {decided.length > 0 && (
                <>
                  <h2>{words.decided}</h2>
                  {cards(decided)}
                </>
              )}
            </>
          )
        }}
      </Loaded>
      <More query={query} />
      {open && (
        <StepDialog
          name={open.name}
          person={open.row.person}
          id={open.row.request.id}
          onClose={() => setOpen(null)}
        />
      )}
    </Page>
  )
}

function RequestCard({ row, onStep }: { row: Row; onStep: (name: StepName) => void }) {
  const { person, request } = row
  return (
    <li class="card">
      <div class="administration-row">
        <h3>
          <Person id={person} named />
        </h3>
        <Tag kind={KINDS[request.state]}>{words.states[request.state]}</Tag>
        <Steps row={row} onStep={onStep} />
      </div>
      <Facts>
        <Fact name={words.need}>{request.need}</Fact>
        <Fact name={words.sources}>{request.sources.join(', ')}</Fact>
        <Fact name={words.steps}>
          <ol class="administration-steps">
            {request.steps.map(({ action, by, at, reason }) => (
              <li key={at}>
                {words.step(nameInSentence(by), words.actions[action])}, <When at={at} />
                {reason && action !== 'request' && `: ${reason}`}
              </li>
            ))}
          </ol>
        </Fact>
      </Facts>
    </li>
  )
}

/** The user's possible next step, or why the rule of two people forbids it. */
function Steps({ row: { person, request }, onStep }: { row: Row; onStep: (name: StepName) => void }) {
  const next =
    request.state === 'requested' ? 'approve' : request.state === 'supervisor-approved' ? 'grant' : null
  const button = (name: StepName, kind: 'primary' | 'plain') => (
    <Button kind={kind} aria-label={`${words[name]}: ${nameOf(person)}`} onClick={() => onStep(name)}>
      {words[name]}
    </Button>
  )
  if (request.state === 'granted')
    return may('access.end') && person !== me.value ? button('end', 'plain') : null
  if (next === null || !may(`access.${next}`)) return null
  if (person === me.value) return <span class="administration-muted">{words.own}</span>
  if (next === 'grant' && approverOf(request) === me.value) {
    return <span class="administration-muted">{words.did}</span>
  }
  return (
    <>
      {button(next, 'primary')}
      {button('refuse', 'plain')}
    </>
  )
}

type File = Schema<'AccessFile'>
type Request = File['requests'][number]
interface Row {
  person: string
  request: Request
}

const WAITING: readonly Request['state'][] = ['requested', 'supervisor-approved']
const lastAt = ({ request }: Row): string => request.steps.at(-1)?.at ?? ''

/** All requests: waiting ones, oldest first, and decided ones, newest first. */
function rowsOf(files: readonly File[]): { waiting: Row[]; decided: Row[] } {
  const rows = files.flatMap(({ person, requests }) => requests.map((request) => ({ person, request })))
  const isWaiting = ({ request }: Row) => WAITING.includes(request.state)
  const sorted = rows.sort((a, b) => (lastAt(a) < lastAt(b) ? -1 : 1))
  return { waiting: sorted.filter(isWaiting), decided: sorted.filter((row) => !isWaiting(row)).reverse() }
}

/** Who approved it. */
const approverOf = ({ steps }: Request): string | undefined =>
  steps.find(({ action }) => action === 'approve')?.by
