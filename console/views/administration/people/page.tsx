import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'preact/hooks'
import { answer, api, type Schema } from '../../../api/client.ts'
import { nameOf } from '../../../shell/directory.ts'
import { may, me } from '../../../shell/session.ts'
import { texts as shell } from '../../../shell/texts.ts'
import { Button } from '../../../ui/button.tsx'
import { More } from '../../../ui/more.tsx'
import { Page } from '../../../ui/page.tsx'
import { SimpleTable } from '../../../ui/simple-table.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { TrainingDialog } from '../certification/training-dialog.tsx'
import { AdministrationTabs } from '../tabs.tsx'
import { texts } from '../texts.ts'
import { ChangeDialog } from './change-dialog.tsx'
import { EmailDialog } from './email-dialog.tsx'
import { InviteDialog } from './invite-dialog.tsx'
import { PEOPLE_KEY } from './key.ts'
import { OpenDialog } from './open-dialog.tsx'
import { PendingTag } from './pending.tsx'

type Person = Schema<'PersonView'>
const words = texts.people
/** Accounts of a page. */
const PAGE = 100
/** Largest page. */
const MOST_SUPERVISORS = 500
const KINDS = { invited: 'info', active: 'good', suspended: 'bad' } as const

/** Accounts (ACC-7). */
export default function People() {
  const [search, setSearch] = useState('')
  const query = useInfiniteQuery({
    queryKey: [...PEOPLE_KEY, 'list', search],
    queryFn: ({ pageParam }) => {
      const query = { limit: PAGE, ...(search && { search }), ...(pageParam && { cursor: pageParam }) }
      return answer(api.GET('/v1/people', { params: { query } }))
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    select: ({ pages }) => pages.flatMap(({ people }) => people as Person[]),
    placeholderData: keepPreviousData,
  })
  const [open, setOpen] = useState<{ kind: 'change' | 'invite' | 'email' | 'train'; person: Person } | null>(
    null,
  )
  const [isOpening, setIsOpening] = useState(false)
  /** Not at each letter: each search is in the audit log. */
  const look = (event: Event) => {
    event.preventDefault()
    setSearch(String(new FormData(event.currentTarget as HTMLFormElement).get('search')).trim())
  }
  const close = () => setOpen(null)
  const supervisors =
    useQuery({
      queryKey: [...PEOPLE_KEY, 'supervisors'],
      queryFn: async () => {
        const query = { office: 'supervisor', limit: MOST_SUPERVISORS } as const
        return (await answer(api.GET('/v1/people', { params: { query } }))).people as Person[]
      },
      enabled: may('person.create') || may('person.change'),
    }).data ?? []
  const button = may('person.create') && (
    <Button kind="primary" icon="plus" onClick={() => setIsOpening(true)}>
      {words.open}
    </Button>
  )
  return (
    <Page title={words.title} lead={words.lead} actions={button}>
      <AdministrationTabs current="people" />
      <form class="filter-bar" aria-label={words.search} onSubmit={look}>
        <label>
          <span>{words.search}</span>
          <input
            type="search"
            name="search"
            defaultValue={search}
            placeholder={words.searchHint}
            autocomplete="off"
          />
        </label>
        <Button type="submit">{words.find}</Button>
      </form>
      <Loaded query={query}>
        {(people) => (
          <SimpleTable label={words.title} heads={words.heads}>
            {people.map((person) => (
              <tr key={person.id}>
                <td>
                  {person.name} <span class="administration-muted">{person.id}</span>
                  <br />
                  <span class="administration-muted">{person.email}</span>
                </td>
                <td>{person.offices.map((office) => shell.roles[office]).join(', ') || words.none}</td>
                <td>{person.supervisor ? nameOf(person.supervisor) : words.none}</td>
                <td>
                  <Tag kind={KINDS[person.state]}>{words.states[person.state]}</Tag>
                  <PendingTag pending={person.pending} />
                </td>
                <td>
                  {person.id === me.value ? (
                    <span class="administration-muted">{words.own}</span>
                  ) : (
                    may('person.change') &&
                    (
                      [
                        ['change', words.change],
                        ['invite', words.invite],
                        ['email', words.newEmail],
                        ['train', texts.certification.train],
                      ] as const
                    ).map(([kind, label]) => (
                      <Button
                        key={kind}
                        kind="quiet"
                        aria-label={`${label}: ${person.name}`}
                        onClick={() => setOpen({ kind, person })}
                      >
                        {label}
                      </Button>
                    ))
                  )}
                </td>
              </tr>
            ))}
          </SimpleTable>
        )}
      </Loaded>
      <More query={query} />
      {isOpening && <OpenDialog supervisors={supervisors} onClose={() => setIsOpening(false)} />}
      {open?.kind === 'change' && (
        <ChangeDialog person={open.person} supervisors={supervisors} onClose={close} />
      )}
      {open?.kind === 'invite' && <InviteDialog person={open.person} onClose={close} />}
      {open?.kind === 'email' && <EmailDialog person={open.person} onClose={close} />}
      {open?.kind === 'train' && <TrainingDialog person={open.person.id} onClose={close} />}
    </Page>
  )
}
