import { me } from '../../../shell/session.ts'
import { texts } from '../../../texts/alerts.ts'

/** A person by their id, or that it is oneself. */
export const who = (id: string): string => (id === me.value ? texts.history.you : id)
