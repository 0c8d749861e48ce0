import { useQuery } from '@tanstack/react-query'
import { answer, api } from '../../../api/client.ts'
import { Loaded, Loading } from '../../../ui/states.tsx'
import { Prose } from '../../sign-on/prose.tsx'
import { texts } from '../texts.ts'

/** The notice that everybody confirms who stores a display (DSP-2); form value `notice` is its version. */
export function Notice() {
  const words = texts.new
  const notice = useQuery({
    queryKey: ['displays', 'notice'],
    queryFn: () => answer(api.GET('/v1/displays/notice')),
    staleTime: 300_000,
  })
  return (
    <section class="card">
      <h2>{words.notice}</h2>
      <Loaded query={notice} loading={<Loading rows={3} />}>
        {({ text, version }) => (
          <>
            <Prose text={text} without="" />
            <label class="choice">
              <input type="checkbox" name="notice" value={version} required />
              {words.confirm}
            </label>
          </>
        )}
      </Loaded>
    </section>
  )
}
