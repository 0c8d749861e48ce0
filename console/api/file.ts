import { problemIn } from './problem.ts'

/**
 * Lets the browser save a file that the api makes from a body: plates travel in bodies, never in addresses. @throws
 * ProblemError
 */
export async function saveFile(path: string, body: unknown, fallback: string): Promise<void> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw await problemIn(response)
  const named = /filename="?([^";]+)"?/.exec(response.headers.get('content-disposition') ?? '')?.[1]
  const url = URL.createObjectURL(await response.blob())
  const link = document.createElement('a')
  link.href = url
  link.download = named ?? fallback
  link.click()
  URL.revokeObjectURL(url)
}
