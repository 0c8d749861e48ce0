import { useData, useRoute } from 'vitepress'
import DefaultTheme from 'vitepress/theme'
import { nextTick, onMounted, watch } from 'vue'

/** Draws the figures of a page, in the browser, by code that comes with the site. */
async function draw(isDark) {
  const figures = [...document.querySelectorAll('pre.mermaid')]
  if (figures.length === 0) return
  const { default: mermaid } = await import('mermaid')
  mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', theme: isDark ? 'dark' : 'default' })
  for (const figure of figures) {
    figure.dataset.source ??= figure.textContent
    figure.textContent = figure.dataset.source
    delete figure.dataset.processed
  }
  await mermaid.run({ nodes: figures })
}

export default {
  extends: DefaultTheme,
  setup() {
    const route = useRoute()
    const { isDark } = useData()
    const again = async () => {
      await nextTick()
      await draw(isDark.value)
    }
    onMounted(again)
    watch(() => [route.path, isDark.value], again)
  },
}
