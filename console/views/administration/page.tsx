import { Soon } from '../../ui/soon.tsx'
import { texts } from '../../texts/shell.ts'

export default function Page() {
  return <Soon title={texts.views.administration} />
}
