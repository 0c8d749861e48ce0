import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Path of the page; its files are below it. */
const PAGE = '/reference'
const START = `${PAGE}/start.js`

/** The served files of Swagger UI, with their types. */
const FILES = [
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
] as const

/**
 * What the page may do: run its own files, and nothing else. The sandbox gives it a separate origin, so that a fault in
 * Swagger UI cannot act for a signed-in person; and it may not send anything.
 */
const POLICY = [
  'sandbox allow-scripts',
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  'img-src data:',
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

/** The sandbox makes the page a foreign origin for its own files; they contain no data. */
const FOR_STRANGERS = { 'cross-origin-resource-policy': 'cross-origin' } as const

/** A service's answer at an address. */
export interface Answer {
  path: string
  headers: Record<string, string>
  body(): string | Buffer
}

/**
 * The API reference for people: Swagger UI, from the service's own files. Like `/openapi.json` it contains no data and
 * needs no sign-in; requests cannot be sent from it.
 * @param folder of Swagger UI's files (`static` of @fastify/swagger-ui)
 * @param document the OpenAPI document, requested when the page is opened
 */
export const referenceAnswers = (folder: string, document: () => object): Answer[] => [
  {
    path: PAGE,
    headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': POLICY },
    body: () => HTML,
  },
  ...FILES.map(([name, type]) => ({
    path: `${PAGE}/${name}`,
    headers: { ...FOR_STRANGERS, 'content-type': type },
    body: () => readFileSync(join(folder, name)),
  })),
  {
    path: START,
    headers: { ...FOR_STRANGERS, 'content-type': 'text/javascript; charset=utf-8' },
    body: () => start(document()),
  },
]

const HTML = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>API reference</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="${PAGE}/swagger-ui.css">
  </head>
  <body>
    <main id="reference"></main>
    <script src="${PAGE}/swagger-ui-bundle.js"></script>
    <script src="${START}"></script>
  </body>
</html>
`

/**
 * The document is part of the script: the page fetches nothing, and its address cannot make it load another document.
 */
function start(document: object): string {
  const config = {
    spec: document,
    layout: 'BaseLayout',
    deepLinking: true,
    docExpansion: 'list',
    defaultModelsExpandDepth: 0,
    showExtensions: true,
    supportedSubmitMethods: [],
    validatorUrl: null,
  }
  // Requests are not sent, so no token is asked for.
  const plugin =
    '() => ({ wrapComponents: { authorizeBtn: () => () => null, authorizeOperationBtn: () => () => null } })'
  const domNode = "document.getElementById('reference')"
  return `SwaggerUIBundle({ ...${JSON.stringify(config)}, domNode: ${domNode}, plugins: [${plugin}] })\n`
}
