import { may } from '../../../shell/session.ts'
import { toast } from '../../../shell/toasts.tsx'
import type { AlertStatus } from '../feed/entry.ts'
import { useKeys } from '../keys.ts'
import { texts } from '../texts.ts'
import type { Steps } from './steps.ts'

interface Deps {
  status: AlertStatus
  steps: Steps
  open: (what: 'reject' | 'pass-on' | 'lookout' | 'plate') => void
  /** Whether it already is a lookout. */
  isLookedOutFor: boolean
}

/** Keys for actions on the shown alert. A key whose action is not possible says why. */
export function useDetailKeys({ status, steps, open, isLookedOutFor }: Deps): void {
  const words = texts.notNow
  const refuse = (text: string) => () => toast(text, 'failed')
  const isJudged = status === 'verified' || status === 'misread'
  const orWhyNot = (step: () => void) => {
    if (!may('alert.work')) return refuse(texts.compare.mayNot)
    if (status === 'others') return refuse(words.others)
    return isJudged ? refuse(words.judged) : step
  }
  const lookOut = () => {
    if (!may('lookout.create')) return refuse(words.noLookout)
    if (status !== 'verified') return refuse(words.lookoutNotVerified)
    return isLookedOutFor ? refuse(words.lookedOutFor) : () => open('lookout')
  }
  const toField = () => document.querySelector<HTMLInputElement>('.alert-form [name=plate]')?.focus()
  useKeys({
    c: orWhyNot(() => (status === 'mine' ? toField() : steps.claim.submit(null))),
    x: orWhyNot(() => {
      if (status === 'open') steps.claim.submit(null)
      open('reject')
    }),
    r: orWhyNot(() => (status === 'mine' ? steps.release.submit(null) : toast(words.claimFirst, 'failed'))),
    p: status === 'verified' && may('alert.work') ? () => open('pass-on') : refuse(words.notVerified),
    l: lookOut(),
    z: () => open('plate'),
  })
}
