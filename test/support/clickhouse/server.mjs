// A stand-in for a ClickHouse server, for machines that have none: ClickHouse's HTTP interface as @clickhouse/client
// speaks it, before the real engine of chDB. SQL, types, settings and errors are the engine's own; connections, users,
// streaming, query ids and KILL QUERY are imitated here, as ClickHouse documents them. So it proves what this program sends and
// how it takes answers and failures, and nothing about a server's own network, access rights or replication.
//
//   node test/support/clickhouse/server.mjs --data /tmp/clickhouse --port 8123 --user sim --password secret
//
// It prints its address as a line of JSON once it listens. Plain JavaScript, because Node 20 runs no TypeScript.
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { resolve } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { gunzipSync, gzipSync } from 'node:zlib'
import { Session } from 'chdb'

const { values: options } = parseArgs({
  options: {
    data: { type: 'string' },
    port: { type: 'string', default: '0' },
    // The address to listen on: in a container all of them.
    host: { type: 'string', default: '127.0.0.1' },
    // A database that is there from the beginning, as CLICKHOUSE_DB of ClickHouse's image has it.
    database: { type: 'string' },
    user: { type: 'string', default: 'default' },
    password: { type: 'string', default: '' },
    // A file of configuration for the engine: clusters, macros.
    config: { type: 'string' },
    // Milliseconds that an idle connection is kept; ClickHouse had 3 s until 24.11, 30 s since.
    'keep-alive': { type: 'string', default: '3000' },
    // Of a cluster of one node without a keeper: tables are not replicated, and ON CLUSTER means here.
    'single-node': { type: 'boolean', default: false },
  },
})

const openSession = () =>
  new Session(
    resolve(options.data),
    options.config ? { connectionArgs: [`--config-file=${resolve(options.config)}`] } : {},
  )
/** Keeps the engine open between two requests. */
const keeper = openSession()

/** What ClickHouse's HTTP handler takes for itself; everything else is a setting. */
const RESERVED = new Set(
  'query database query_id session_id session_timeout role user password wait_end_of_query default_format quota_key compress decompress buffer_size'.split(
    ' ',
  ),
)

/** Codes of statements that fail while they run: unless the answer was held back, its beginning has said 200. */
const WHILE_RUNNING = new Set(['158', '159', '241', '394'])

const STATUS = { 60: 404, 81: 404, 115: 404, 62: 400, 47: 404, 164: 403, 497: 403, 516: 403, 159: 408 }

const literal = (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

/** The engine gives statements ids of its own: the client's is in a comment before the statement. */
const QUERY_ID = "extract(query, '^/\\\\* (\\\\S+) \\\\*/')"
const withIds = (sql) =>
  /^\s*KILL QUERY|system\.processes/i.test(sql) ? sql.replaceAll(/\b(?:initial_)?query_id\b/g, QUERY_ID) : sql

const forOneNode = (sql) =>
  sql
    .replaceAll(/ ON CLUSTER '[^']*'/g, '')
    .replaceAll(/ReplicatedMergeTree\('[^']*', '[^']*'\)/g, 'MergeTree')

const codeOf = (error) => /Code: (\d+)/.exec(error.message)?.[1] ?? '1002'

async function run(sql, { search, id, params }) {
  const session = openSession()
  const execute = (text) => session.queryAsync(text, { format: 'TabSeparated' })
  try {
    if (search.get('database')) await execute(`USE \`${search.get('database')}\``)
    const settings = [...search].filter(([name]) => !RESERVED.has(name) && !name.startsWith('param_'))
    // A session that only reads may change no setting after it is told so.
    settings.sort(([a], [b]) => Number(a === 'readonly') - Number(b === 'readonly'))
    // A server has no limit on the length of a parameter; here it is part of a statement.
    if (params.size > 0) await execute('SET max_query_size = 100000000')
    for (const [name, value] of params) await execute(`SET param_${name} = ${literal(value)}`)
    if (params.size > 0) await execute('SET max_query_size = DEFAULT')
    for (const [name, value] of settings) await execute(`SET ${name} = ${literal(value)}`)
    const here = options['single-node'] ? forOneNode(sql) : sql
    const text = `/* ${id} */ ${withIds(here)}`
    if (!/^\s*KILL QUERY/i.test(sql)) return await execute(text)
    // The engine's own SYNC waits for ever.
    const answer = await execute(text.replace(/\bSYNC\b/i, 'ASYNC'))
    while (/\bSYNC\b/i.test(sql) && (await execute(text.replace(/\bSYNC\b/i, 'TEST'))).rowsRead > 0)
      await sleep(20)
    return answer
  } finally {
    session.close()
  }
}

/** The statement is what the address has, then the body; a form of several parts has parameters too. */
async function statementOf(request, search) {
  const raw = await buffer(request)
  const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw
  const params = new Map([...search].flatMap(([k, v]) => (k.startsWith('param_') ? [[k.slice(6), v]] : [])))
  const parts = [search.get('query') ?? '']
  const type = request.headers['content-type'] ?? ''
  if (type.startsWith('multipart/form-data')) {
    const form = await new Response(body, { headers: { 'content-type': type } }).formData()
    for (const [name, value] of form) {
      if (name.startsWith('param_')) params.set(name.slice(6), String(value))
      else if (name === 'query') parts.push(String(value))
    }
  } else parts.push(body.toString())
  return { sql: parts.filter(Boolean).join('\n'), params }
}

function isKnown(request, search) {
  const [, basic] = /^Basic (.*)$/.exec(request.headers.authorization ?? '') ?? []
  const [user, password] = basic
    ? Buffer.from(basic, 'base64').toString().split(':', 2)
    : [
        request.headers['x-clickhouse-user'] ?? search.get('user') ?? 'default',
        request.headers['x-clickhouse-key'] ?? search.get('password') ?? '',
      ]
  return user === options.user && password === options.password
}

/** Ends a statement that only reads when nobody waits for it any more; others go on, as ClickHouse has it. */
function cancelWhenLeft(response, search, id) {
  const readsOnly = Number(search.get('readonly') ?? 0) > 0
  if (!readsOnly || search.get('cancel_http_readonly_queries_on_client_close') !== '1') return
  response.on('close', () => {
    if (!response.writableFinished)
      run(`KILL QUERY WHERE query_id = '${id}' ASYNC`, {
        search: new URLSearchParams(),
        id: 'left',
        params: [],
      })
  })
}

/** Lines of progress among the headers, so that the connection is not silent; their status is sent before the end is known. */
function progressOf(response, search, headers) {
  if (search.get('send_progress_in_http_headers') !== '1') return { stop: () => false }
  const socket = response.socket
  let begun = false
  const timer = setInterval(
    () => {
      if (!begun) {
        const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
        socket.write(`HTTP/1.1 200 OK\r\nConnection: close\r\n${lines.join('')}`)
      }
      begun = true
      socket.write('X-ClickHouse-Progress: {"read_rows":"1","read_bytes":"1"}\r\n')
    },
    Number(search.get('http_headers_progress_interval_ms') ?? 100),
  )
  return {
    stop: () => {
      clearInterval(timer)
      return begun
    },
  }
}

async function handle(request, response) {
  const { pathname, searchParams: search } = new URL(request.url, 'http://localhost')
  if (pathname === '/ping') return response.end('Ok.\n')
  const id = search.get('query_id') ?? randomUUID()
  const headers = { 'X-ClickHouse-Query-Id': id, 'X-ClickHouse-Server-Display-Name': 'stand-in' }
  const refuse = (code, message, status = STATUS[code] ?? 500) =>
    response.writeHead(status, { ...headers, 'X-ClickHouse-Exception-Code': code }).end(message)
  if (!isKnown(request, search)) {
    await buffer(request)
    return refuse('516', 'Code: 516. DB::Exception: Authentication failed. (AUTHENTICATION_FAILED)')
  }
  const { sql, params } = await statementOf(request, search)
  cancelWhenLeft(response, search, id)
  const progress = progressOf(response, search, headers)
  const began = Date.now()
  const outcome = await run(sql, { search, id, params }).then(
    (result) => ({ result, code: undefined, body: Buffer.from(result.bytes()) }),
    (error) => ({ result: undefined, code: codeOf(error), body: Buffer.from(error.message) }),
  )
  const { result, code, body } = outcome
  if (progress.stop()) {
    const failed = code === undefined ? '' : `X-ClickHouse-Exception-Code: ${code}\r\n`
    response.socket.end(Buffer.concat([Buffer.from(`${failed}Content-Length: ${body.length}\r\n\r\n`), body]))
    return undefined
  }
  if (code !== undefined) {
    if (search.get('wait_end_of_query') === '1' || !WHILE_RUNNING.has(code)) return refuse(code, body)
    return response.writeHead(200, headers).end(body)
  }
  const summary = {
    read_rows: String(result.rowsRead),
    read_bytes: String(result.bytesRead),
    written_rows: '0',
    written_bytes: '0',
    total_rows_to_read: '0',
    result_rows: '0',
    result_bytes: String(body.length),
    elapsed_ns: String((Date.now() - began) * 1e6),
  }
  const zipped =
    search.get('enable_http_compression') === '1' && /gzip/.test(request.headers['accept-encoding'] ?? '')
  response.writeHead(200, {
    ...headers,
    'X-ClickHouse-Summary': JSON.stringify(summary),
    ...(zipped && { 'Content-Encoding': 'gzip' }),
  })
  return response.end(zipped ? gzipSync(body) : body)
}

if (options.database) await keeper.queryAsync(`CREATE DATABASE IF NOT EXISTS \`${options.database}\``)

const server = createServer({ maxHeaderSize: 1024 * 1024 }, (request, response) => {
  handle(request, response).catch((error) => {
    if (!response.headersSent) response.writeHead(500)
    response.end(String(error.message))
  })
})
server.keepAliveTimeout = Number(options['keep-alive'])
server.listen(Number(options.port), options.host)
await once(server, 'listening')
const credentials = options.password ? `${options.user}:${options.password}@` : ''
process.stdout.write(
  `${JSON.stringify({ url: `http://${credentials}127.0.0.1:${server.address().port}` })}\n`,
)
process.on('disconnect', () => process.exit(0))
process.on('SIGTERM', () => {
  keeper.close()
  process.exit(0)
})
