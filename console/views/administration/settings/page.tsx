import { useQuery } from '@tanstack/react-query'
import type { ComponentChildren } from 'preact'
import { type Answer, answer, api } from '../../../api/client.ts'
import { Link } from '../../../shell/navigate.ts'
import { may } from '../../../shell/session.ts'
import { Fact, Facts } from '../../../ui/facts.tsx'
import { Icon } from '../../../ui/icon.tsx'
import { Page } from '../../../ui/page.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { AdministrationTabs } from '../tabs.tsx'
import { texts } from '../texts.ts'
import { Reads } from './reads.tsx'
import { Vendors } from './vendors.tsx'

const words = texts.settings
const { option, rule } = words.sets

/** The api's settings, read-only, each with where it is set. */
export default function Settings() {
  const query = useQuery({
    queryKey: ['administration', 'settings'],
    queryFn: () => answer(api.GET('/v1/settings')),
  })
  return (
    <Page title={words.title} lead={words.lead}>
      <AdministrationTabs current="settings" />
      <Loaded query={query}>{(settings) => <Content settings={settings} />}</Loaded>
    </Page>
  )
}

function Content({ settings }: { settings: Answer<'/v1/settings'> }) {
  const { development, publicUrl, networks, signOn, mail, cacheHours, secondPerson, version } = settings
  const { retentionYears, displayYears, noticeDays, vendors } = settings
  return (
    <>
      {development && (
        <p class="notice">
          <Icon name="warning" />
          <span>
            {words.development}{' '}
            {may('mailbox.view') && <Link href="/administration/mailbox">{words.mailbox}</Link>}
          </span>
        </p>
      )}
      <section class="card">
        <h2>{words.vendors}</h2>
        <Vendors vendors={vendors} process={settings.process} />
      </section>
      <section class="card">
        <h2>{words.reads.title}</h2>
        <Reads reads={settings.reads} />
      </section>
      <div class="administration-cards">
        <section class="card">
          <h2>{words.retention}</h2>
          <Facts>
            <SetBy name={words.cache} by={option('--cache-hours (QRY-7: 4 to 24)')}>
              {words.hours(cacheHours)}
            </SetBy>
            <SetBy name={words.keptDefault} by={rule('AUD-6')}>
              {words.years(retentionYears.default)}
            </SetBy>
            <SetBy name={words.keptLongest} by={rule('AUD-6')}>
              {words.years(retentionYears.longest)}
            </SetBy>
            <SetBy name={words.display} by={rule('DSP-3')}>
              {words.years(displayYears)}
            </SetBy>
            <SetBy name={words.notices} by={rule('DSP-3')}>
              {words.days(noticeDays)}
            </SetBy>
          </Facts>
        </section>
        <section class="card">
          <h2>{words.access}</h2>
          <Facts>
            <SetBy name={words.second} by={option('--second-person (QRY-6)')}>
              {secondPerson ? words.yes : words.no}
            </SetBy>
            <SetBy name={words.networks} by={option('--networks (ACC-7)')}>
              {networks.join(', ')}
            </SetBy>
            <SetBy name={words.url} by={option('--public-url')}>
              {publicUrl ?? words.loopback}
            </SetBy>
            <SetBy name={words.provider} by={option('--provider')}>
              {signOn.provider ? words.yes : words.no}
            </SetBy>
            <SetBy name={words.idle} by={rule('ACC-7')}>
              {words.minutes(signOn.idleMinutes)}
            </SetBy>
            <SetBy name={words.longest} by={rule('ACC-7')}>
              {words.hours(signOn.longestHours)}
            </SetBy>
            <SetBy name={words.mail} by={option('--smtp-url')}>
              {words.mails[mail]}
            </SetBy>
            <Fact name={words.version}>{version}</Fact>
          </Facts>
        </section>
      </div>
    </>
  )
}

function SetBy({ name, by, children }: { name: string; by: string; children: ComponentChildren }) {
  return (
    <Fact name={name}>
      {children} <span class="administration-set">{by}</span>
    </Fact>
  )
}
