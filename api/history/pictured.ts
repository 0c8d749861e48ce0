import type { FederatedSearchAnswer, FoundRead } from '@sightline/schemas/federated-search'
import type { Content, Pictured } from './cache.ts'

/** The fields with which the image of a found read is requested. */
export const toPictured = ({
  read: { id, camera, seenAt, plate },
  vendors,
}: Pick<FoundRead, 'read' | 'vendors'>): Pictured => ({ read: id, camera: camera.id, seenAt, plate, vendors })

/** A read among the results of an answer, whichever query found it. */
export function findPictured({ answer, pictured }: Content, id: string): Pictured | undefined {
  if (pictured) return pictured.find(({ read }) => read === id)
  const { reads = [] } = answer as Partial<FederatedSearchAnswer>
  const found = reads.find(({ read }) => read.id === id)
  return found && toPictured(found)
}
