import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { defaultClientConditions, defineConfig, type Plugin } from 'vite'

/** The api for `npm run dev -w console`: `./sightline demo`, or your own. */
const API = process.env.SIGHTLINE_API ?? 'http://127.0.0.1:8080'

/** Writes `.br` and `.gz` next to each file that benefits: the api sends existing files, and compresses nothing itself. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    writeBundle({ dir = '' }) {
      for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
        if (!/\.(m?js|css|html|svg|json)$/.test(name)) continue
        const content = readFileSync(join(dir, name))
        // Maximum compression takes half a minute for the map's files, and saves a tenth.
        const quality = content.length > 200_000 ? 9 : 11
        const params = { [constants.BROTLI_PARAM_QUALITY]: quality }
        writeFileSync(join(dir, `${name}.br`), brotliCompressSync(content, { params }))
        writeFileSync(join(dir, `${name}.gz`), gzipSync(content, { level: 9 }))
      }
    },
  }
}

export default defineConfig({
  root: import.meta.dirname,
  resolve: {
    // The sources of the project's own packages.
    conditions: ['@sightline/source', ...defaultClientConditions],
    alias: {
      react: 'preact/compat',
      'react-dom': 'preact/compat',
    },
  },
  build: {
    outDir: process.env.SIGHTLINE_CONSOLE_OUT ?? 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // The content policy allows nothing inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      // `"use client"` of React libraries has no effect here.
      onwarn: (warning, warn) => warning.code !== 'MODULE_LEVEL_DIRECTIVE' && warn(warning),
    },
  },
  plugins: [compressed()],
  server: {
    // Cookies and the check of the origin work as on the api's own address.
    proxy: { '^/(v1|health|(openapi|console).json)': { target: API, changeOrigin: false } },
  },
})
