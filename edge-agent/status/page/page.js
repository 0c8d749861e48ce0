// The installer's page. About once a second it loads the cameras' state, and the current frame of each.
import { showZones } from './zones.js'

const EVERY_MS = 1000
const STATES = {
  ok: 'ok',
  dark: 'too dark',
  blind: 'blind: lens covered?',
  unsharp: 'Blurry: check focus and lens',
  frozen: 'picture frozen',
  moved: 'camera moved',
  'blind to plates': 'blind to plates: see below',
  silent: 'no frames',
}
const SIZES = {
  good: 'large enough',
  marginal: 'marginal: better 80 px',
  small: 'too small: zoom in or move closer',
}

// A link with #token=… signs in; the part after # never leaves the browser.
const given = new URLSearchParams(location.hash.slice(1)).get('token')
if (given) {
  sessionStorage.setItem('token', given)
  history.replaceState(null, '', '/')
}

const byId = (id) => document.getElementById(id)
const sections = new Map()
/** On this host, viewing needs no token; changing zones does. */
let askForToken = false

function ask(path, options = {}) {
  const token = sessionStorage.getItem('token')
  const headers = { ...options.headers, ...(token ? { authorization: `Bearer ${token}` } : {}) }
  return fetch(path, { ...options, headers })
}

/** @returns what went wrong, as a sentence; undefined when the zones are stored */
async function saveZones(id, zones) {
  const answer = await ask(`/cameras/${encodeURIComponent(id)}/zones`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(zones),
  })
  if (answer.status === 401) {
    askForToken = true
    byId('sign-on').hidden = false
    byId('token').focus()
  }
  if (answer.ok) return undefined
  const { message, hint = '' } = await answer.json()
  return `Not saved: ${message}. ${hint}`
}

function sectionOf(id) {
  const known = sections.get(id)
  if (known) return known
  const section = byId('camera').content.firstElementChild.cloneNode(true)
  section.querySelector('.id').textContent = id
  section.querySelector('img').alt = `Present frame of ${id}`
  byId('cameras').append(section)
  sections.set(id, section)
  return section
}

function svg(name, attributes, text = '') {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  element.textContent = text
  return element
}

function drawPlates(overlay, { width, height, plates }) {
  overlay.setAttribute('viewBox', `0 0 ${width} ${height}`)
  const size = width / 28
  overlay.replaceChildren(
    ...plates.flatMap(({ text, quad, size: fit, widthPx }) => {
      const xs = quad.map(([px]) => px)
      // Near the right edge, a label extends to the left; otherwise it would be cut off.
      const isRight = Math.min(...xs) > 0.6 * width
      const x = isRight ? Math.max(...xs) : Math.min(...xs)
      const anchor = isRight ? 'end' : 'start'
      const top = Math.min(...quad.map(([, py]) => py))
      const y = top > 1.5 * size ? top - size / 2 : Math.max(...quad.map(([, py]) => py)) + 1.2 * size
      return [
        svg('polygon', { class: fit, points: quad.map((point) => point.join(',')).join(' ') }),
        svg('text', { class: fit, x, y, 'font-size': size, 'text-anchor': anchor }, `${text} ${widthPx} px`),
      ]
    }),
  )
}

function listPlates(list, plates) {
  list.replaceChildren(
    ...plates.map(({ text, confidence, widthPx, size }) => {
      const item = document.createElement('li')
      const name = document.createElement('b')
      name.textContent = text
      item.className = size
      item.append(name, ` ${Math.round(confidence * 100)} % sure, ${widthPx} px wide: ${SIZES[size]}`)
      return item
    }),
  )
}

/** By the clock of the viewer's browser; with the day unless it is today, so that an old fault does not look like one of this morning. */
function timeOf(instant) {
  const date = new Date(instant)
  const isToday = date.toDateString() === new Date().toDateString()
  const day = isToday ? {} : { day: 'numeric', month: 'short' }
  return date.toLocaleString('en-GB', { ...day, hour: '2-digit', minute: '2-digit', second: '2-digit' })
}

const feedText = ({ works, waiting, dropped }) =>
  `${works ? 'works' : 'not working'}, ${waiting} wait, ${dropped} dropped`

function showHealth(section, health, frame) {
  const state = section.querySelector('.state')
  state.textContent = STATES[health.state]
  state.classList.toggle('ok', health.state === 'ok')
  section.querySelector('meter').value = health.sharpness ?? 0
  section.querySelector('.sharpness b').textContent = health.sharpness ?? 'unknown'
  const known = (value, unit = '') => (value === null ? '–' : `${value}${unit}`)
  const figures = {
    Since: timeOf(health.stateSince),
    'Last frame': frame ? timeOf(frame.seenAt) : '–',
    Frames: health.framesSeen,
    Still: health.framesStill,
    Searched: health.framesProcessed,
    Dropped: health.framesDropped,
    Rejected: health.framesRejected,
    Reads: health.reads,
    'Too unsure': health.unsure,
    Confidence: known(health.meanConfidence && Math.round(health.meanConfidence * 100), ' %'),
    Brightness: known(health.brightness),
    'Clock off': known(health.clockOffsetMs && Math.round(health.clockOffsetMs), ' ms'),
    Unsent: known(health.spool && health.spool.messages),
    ...Object.fromEntries((health.feeds ?? []).map((feed) => [`Feed ${feed.name}`, feedText(feed)])),
  }
  section.querySelector('dl').replaceChildren(
    ...Object.entries(figures).map(([what, figure]) => {
      const [pair, term, detail] = ['div', 'dt', 'dd'].map((name) => document.createElement(name))
      term.textContent = what
      detail.textContent = figure
      pair.append(term, detail)
      return pair
    }),
  )
  const { lastError } = health
  section.querySelector('.error').textContent = lastError
    ? `${timeOf(lastError.at)} ${lastError.message}`
    : ''
}

const BLIND =
  'Vehicles pass, and far fewer plates are read than usual here. Check the plates’ width, focus, shutter and light.'

function showWarnings(section, { state, warnings }) {
  const texts = warnings.map(({ since, message }) => `Since ${timeOf(since)}: ${message}`)
  if (state === 'blind to plates') texts.unshift(BLIND)
  section.querySelector('.warnings').replaceChildren(
    ...texts.map((text) => {
      const item = document.createElement('li')
      item.textContent = text
      return item
    }),
  )
}

/** The plates with too low a confidence; each picture is fetched once. */
async function showUnsure(section, id, passes) {
  const shown = section.querySelector('.unsure')
  shown.hidden = passes.length === 0
  const list = shown.querySelector('ul')
  const before = new Map([...list.children].map((item) => [item.dataset.pass, item]))
  for (const [pass, item] of before) {
    if (passes.some((one) => String(one.id) === pass)) continue
    URL.revokeObjectURL(item.querySelector('img').src)
    before.delete(pass)
  }
  const items = await Promise.all(
    passes.map(async (pass) => before.get(String(pass.id)) ?? (await unsureItem(id, pass))),
  )
  list.replaceChildren(...items.filter((item) => item !== null))
}

async function unsureItem(camera, { id, seenAt, text, confidence }) {
  const answer = await ask(`/cameras/${encodeURIComponent(camera)}/unsure/${id}`)
  if (!answer.ok) return null
  const [item, image, name] = ['li', 'img', 'b'].map((tag) => document.createElement(tag))
  item.dataset.pass = id
  image.src = URL.createObjectURL(await answer.blob())
  image.alt = ''
  name.textContent = text
  item.append(image, name, ` ${Math.round(confidence * 100)} % sure, ${timeOf(seenAt)}`)
  return item
}

async function showFrame(section, id, frame) {
  section.querySelector('.waiting').hidden = frame !== null
  if (!frame || section.dataset.seenAt === String(frame.seenAt)) return
  const answer = await ask(`/cameras/${encodeURIComponent(id)}/${frame.seenAt}`)
  if (!answer.ok) return
  const image = section.querySelector('img')
  const before = image.src
  image.src = URL.createObjectURL(await answer.blob())
  await image.decode().catch(() => {})
  if (before) URL.revokeObjectURL(before)
  section.dataset.seenAt = frame.seenAt
  drawPlates(section.querySelector('svg.plates-overlay'), frame)
  listPlates(section.querySelector('.plates'), frame.plates)
}

function complain(text) {
  byId('trouble').textContent = text
  byId('trouble').hidden = text === ''
}

async function refresh() {
  const answer = await ask('/cameras')
  byId('sign-on').hidden = answer.status !== 401 && !askForToken
  if (!answer.ok) {
    complain((await answer.json()).message)
    return
  }
  complain('')
  const cameras = await answer.json()
  for (const [id, section] of sections) {
    if (cameras.some((camera) => camera.id === id)) continue
    section.remove()
    sections.delete(id)
  }
  await Promise.all(
    cameras.map(({ id, health, frame, unsure, zones }) => {
      const section = sectionOf(id)
      showHealth(section, health, frame)
      showWarnings(section, health)
      showZones(section, zones, (changed) => saveZones(id, changed))
      return Promise.all([showFrame(section, id, frame), showUnsure(section, id, unsure)])
    }),
  )
}

async function run() {
  // A hidden page requests nothing.
  if (!document.hidden) await refresh().catch(() => complain('The agent does not answer.'))
  setTimeout(run, EVERY_MS)
}

byId('sign-on').addEventListener('submit', (event) => {
  event.preventDefault()
  sessionStorage.setItem('token', byId('token').value.trim())
  askForToken = false
  byId('sign-on').hidden = true
})
run()
