import { useQuery } from '@tanstack/react-query'
import type { ComponentChildren } from 'preact'
import { answer, api } from '../../../api/client.ts'
import { may } from '../../../shell/session.ts'
import { Icon } from '../../../ui/icon.tsx'
import { texts } from '../texts.ts'

const words = texts.chain
const REFRESH_MS = 60_000

export const useChain = () =>
  useQuery({
    queryKey: ['oversight', 'chain'],
    queryFn: () => answer(api.GET('/v1/oversight/chain')),
    refetchInterval: REFRESH_MS,
    enabled: may('audit.chain'),
  })

/** What is wrong with the log: what it means, and what to do, step by step. Empty if nothing is wrong (AUD-2). */
export function ChainAlarm() {
  const { data } = useChain()
  if (!data) return null
  const { blockedAt, recordsSince, last, checkpoint } = data
  return (
    <>
      {blockedAt !== null && (
        <Alarm title={words.blocked(blockedAt)} means={words.blockedMeans} steps={words.blockedSteps}>
          <code class="oversight-mono">{words.mend}</code>
        </Alarm>
      )}
      {recordsSince < 0 && (
        <Alarm
          title={words.short(-recordsSince)}
          means={words.shortMeans(checkpoint?.number ?? 0, last?.number ?? 0)}
          steps={words.brokenSteps}
        />
      )}
    </>
  )
}

interface AlarmProps {
  title: string
  means: ComponentChildren
  steps: readonly string[]
  /** Commands for an operator. */
  children?: ComponentChildren
}

export function Alarm({ title, means, steps, children }: AlarmProps) {
  return (
    <div class="problem" role="alert">
      <Icon name="warning" />
      <div class="oversight-alarm">
        <h2>{title}</h2>
        <p>{means}</p>
        <ol>
          {steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
        {children}
      </div>
    </div>
  )
}
