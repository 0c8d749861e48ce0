import { DEFAULT_CONSENT_FILE, readConsent } from '@sightline/api/sign-on/consent'
import { expect, it } from 'vitest'
import { blocksOf } from '../../../console/views/sign-on/prose.tsx'

it('shows every word of the permissible uses, in their order (ACC-5)', async () => {
  const { text } = await readConsent(DEFAULT_CONSENT_FILE)
  const blocks = blocksOf(text)
  const words = (shown: string) => shown.split(/\s+/).filter((word) => /\w/.test(word))
  expect(words(blocks.flatMap(({ lines }) => lines).join(' '))).toEqual(words(text))
  expect(blocks[0]).toEqual({ kind: 'heading', lines: ['Permissible uses'] })
  expect(blocks.find(({ kind }) => kind === 'list')!.lines).toHaveLength(7)
})

it('keeps a text without marks as it is', () => {
  expect(blocksOf('One\ntwo.\n\nThree.\n')).toEqual([
    { kind: 'paragraph', lines: ['One two.'] },
    { kind: 'paragraph', lines: ['Three.'] },
  ])
})
