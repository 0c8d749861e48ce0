import { answer, api, type Body } from '../../../api/client.ts'
import { useWrite } from '../../../api/use-write.ts'
import { toast } from '../../../shell/toasts.tsx'
import { AskDialog } from '../../../ui/ask-dialog.tsx'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { When } from '../../../ui/when.tsx'
import { texts } from '../texts.ts'
import { AGENTS_KEY } from './key.ts'

const words = texts.agents

/** Invites an agent; its code is shown once, with the command that uses it. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const step = useWrite(
    (body: Body<'/v1/edge/enrollments'>) => answer(api.POST('/v1/edge/enrollments', { body })),
    { refresh: [AGENTS_KEY] },
  )
  if (step.output) return <Code {...step.output} onClose={onClose} />
  return (
    <AskDialog
      {...{ title: words.inviteTitle, lead: words.inviteLead, submit: words.submit, step, onClose }}
      input={(values) => ({
        agent: String(values.get('agent')).trim(),
        cameras: [
          ...new Set(
            String(values.get('cameras'))
              .split(/[\s,;]+/)
              .filter(Boolean),
          ),
        ],
        validMinutes: Number(values.get('valid')),
        ...(values.get('replace') && { replace: true }),
      })}
    >
      <Field label={words.name} hint={words.nameHint}>
        <input
          name="agent"
          required
          pattern="[a-z0-9][a-z0-9\-]{0,39}"
          autocomplete="off"
          spellcheck={false}
        />
      </Field>
      <Field label={words.cameras} hint={words.camerasHint}>
        <input name="cameras" required autocomplete="off" spellcheck={false} />
      </Field>
      <Field label={words.valid}>
        <select name="valid">
          {Object.entries(words.validChoices).map(([minutes, text]) => (
            <option key={minutes} value={minutes}>
              {text}
            </option>
          ))}
        </select>
      </Field>
      <label class="choice">
        <input type="checkbox" name="replace" />
        {words.replace}
      </label>
    </AskDialog>
  )
}

interface CodeProps {
  agent: string
  code: string
  expiresAt: string
  onClose: () => void
}

function Code({ agent, code, expiresAt, onClose }: CodeProps) {
  const command = `./sightline edge enroll --api ${location.origin} --code ${code}`
  const copy = () => navigator.clipboard.writeText(command).then(() => toast(words.copied))
  return (
    <Dialog title={words.codeTitle(agent)} onClose={onClose}>
      <p>{words.codeLead}</p>
      <code class="administration-code">{command}</code>
      <p>
        {words.until} <When at={expiresAt} />
      </p>
      <div class="form-actions">
        <Button kind="primary" onClick={onClose}>
          {words.done}
        </Button>
        {/* Browsers have a clipboard on this machine and over TLS alone. */}
        {window.isSecureContext && <Button onClick={() => void copy()}>{words.copy}</Button>}
      </div>
    </Dialog>
  )
}
