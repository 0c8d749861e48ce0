import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '@sightline/runtime/root'
import GithubSlugger from 'github-slugger'
import { lexer, type Token, walkTokens } from 'marked'

export interface CodeBlock {
  /** First word behind the fence; empty of an indented block. */
  language: string
  /** Second word behind the fence: the schema that the block is of. */
  of: string
  text: string
}

export interface Page {
  /** Targets of links and pictures, as they are written. */
  links: string[]
  /** Places that a link may lead to, as GitHub and the docs site name them. */
  anchors: Set<string>
  blocks: CodeBlock[]
  /** Code within lines. */
  words: string[]
}

/** The parts of a Markdown text that can be checked. */
export function pageOf(markdown: string): Page {
  const slugger = new GithubSlugger()
  const page: Page = { links: [], anchors: new Set(), blocks: [], words: [] }
  walkTokens(lexer(markdown), (token) => {
    if (token.type === 'link' || token.type === 'image') page.links.push(token.href)
    else if (token.type === 'heading') page.anchors.add(slugger.slug(plain(token.tokens ?? [])))
    else if (token.type === 'codespan') page.words.push(token.text)
    else if (token.type === 'code') {
      const [language = '', of = ''] = (token.lang ?? '').split(/\s+/)
      page.blocks.push({ language, of, text: token.text })
    }
  })
  return page
}

export const readPage = (file: string): Page => pageOf(readFileSync(join(root, file), 'utf8'))

const plain = (tokens: readonly Token[]): string =>
  tokens
    .map((token) =>
      'tokens' in token && token.tokens ? plain(token.tokens) : 'text' in token ? token.text : '',
    )
    .join('')
