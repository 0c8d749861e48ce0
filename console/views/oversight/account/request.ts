import type { Body } from '../../../api/client.ts'

export type Request = Body<'/v1/oversight/accounts'>

const linesOf = (text: unknown): string[] => [
  ...new Set(
    String(text ?? '')
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter(Boolean),
  ),
]

/** What the form asks for; undefined without a plate or a word. */
export function requestOf(values: FormData): Request | undefined {
  const [plates, words] = [linesOf(values.get('plates')), linesOf(values.get('words'))]
  if (plates.length === 0 && words.length === 0) return undefined
  return {
    law: values.get('law') as Request['law'],
    requestRef: String(values.get('requestRef')).trim(),
    reason: String(values.get('reason')).trim(),
    ...(plates.length > 0 && { plates }),
    ...(words.length > 0 && { words }),
  }
}
