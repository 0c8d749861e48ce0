// The documents of the repository as a site, as they are: `./sightline docs --site`. VitePress refuses dead links.
import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitepress'

/** A copy of the repository's pages: only from here they find what is installed here. */
const pages = resolve(dirname(fileURLToPath(import.meta.url)), '../pages')
const at = (path) => join(pages, path)

/** The first heading of a page, without its marks. */
const titleOf = (path) => /^# (.+)$/m.exec(readFileSync(at(path), 'utf8'))?.[1].replaceAll('`', '') ?? path

/** Where a page is on the site. */
const linkOf = (path) => `/${path.replace(/(^|\/)index\.md$/, '$1').replace(/\.md$/, '')}`

const entry = (path) => ({ text: titleOf(path), link: linkOf(path) })
const pagesOf = (folder) =>
  readdirSync(at(folder))
    .filter((name) => name.endsWith('.md') && name !== 'index.md')
    .sort()
    .map((name) => `${folder}/${name}`)
const readmes = (...folders) => folders.map((folder) => `${folder}/index.md`)

export default defineConfig({
  title: 'Sightline',
  description: 'Open-source license plate reader pipeline, from the camera to the analyst',
  srcDir: 'pages',
  cleanUrls: false,
  lastUpdated: false,
  vite: { build: { chunkSizeWarningLimit: 2000 } },
  markdown: {
    // Documents are Markdown alone: what looks like a tag is text.
    html: false,
    config(md) {
      const { fence, code_inline, text } = md.renderer.rules
      // Two braces are no template of Vue's.
      const plain =
        (rule) =>
        (...all) =>
          rule(...all).replaceAll('{{', '&#123;&#123;')
      md.renderer.rules.text = plain(text)
      md.renderer.rules.code_inline = plain(code_inline)
      md.renderer.rules.fence = (tokens, index, ...more) => {
        const { info, content } = tokens[index]
        if (info.trim() !== 'mermaid') return fence(tokens, index, ...more)
        return `<pre class="mermaid" v-pre>${md.utils.escapeHtml(content)}</pre>`
      }
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Architecture', link: linkOf('docs/architecture.md') },
      { text: 'Operations', link: linkOf('docs/operations.md') },
      { text: 'API', link: linkOf('docs/api/index.md') },
    ],
    sidebar: [
      { text: 'Guide', items: ['index.md', ...pagesOf('docs')].map(entry) },
      {
        text: 'Folders',
        items: readmes(
          ...[
            'api',
            'console',
            'recognition',
            'models',
            'vendor-sim',
            'bench',
            'training',
            'deploy/edge',
            'deploy/grafana',
          ],
        ).map(entry),
      },
      { text: 'Reference', items: [entry('docs/api/index.md')] },
      { text: 'Decisions', collapsed: true, items: pagesOf('docs/decisions').map(entry) },
      { text: 'Project', items: ['CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md'].map(entry) },
    ],
  },
  /** Links to schemas lead to their files. */
  buildEnd({ outDir }) {
    mkdirSync(join(outDir, 'docs/api'), { recursive: true })
    for (const name of readdirSync(at('docs/api')).filter((file) => file.endsWith('.json')))
      copyFileSync(at(`docs/api/${name}`), join(outDir, 'docs/api', name))
  },
})
