// The installer's page. About once a second: what the cameras say, and each one's present frame.

const EVERY_MS = 1000
const STATES = {
  ok: 'ok',
  dark: 'too dark',
  blind: 'blind: lens covered?',
  unsharp: 'Blurry: check focus and lens',
  frozen: 'picture frozen',
  moved: 'camera moved',
  silent: 'no frames',
}
const SIZES = {
  good: 'large enough',
  marginal: 'marginal: better 80 px',
  small: 'too small: zoom in or move closer',
}

// A link with #token=… signs on; the part behind # never leaves the browser.
const given = new URLSearchParams(location.hash.slice(1)).get('token')
if (given) {
  sessionStorage.setItem('token', given)
  history.replaceState(null, '', '/')
}

const byId = (id) => document.getElementById(id)
const sections = new Map()

function ask(path) {
  const token = sessionStorage.getItem('token')
  return fetch(path, { headers: token ? { authorization: `Bearer ${token}` } : {} })
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
      // On the right of the picture a label goes to the left, or it would be cut off.
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

/** By the clock of whoever looks at the page. */
const timeOf = (instant) => new Date(instant).toLocaleTimeString('en-GB')

function showHealth(section, health) {
  const state = section.querySelector('.state')
  state.textContent = STATES[health.state]
  state.className = `state ${health.state}`
  section.querySelector('meter').value = health.sharpness ?? 0
  section.querySelector('.sharpness b').textContent = health.sharpness ?? 'unknown'
  const known = (value, unit = '') => (value === null ? '–' : `${value}${unit}`)
  const figures = {
    Since: timeOf(health.stateSince),
    Frames: health.framesSeen,
    Still: health.framesStill,
    Searched: health.framesProcessed,
    Dropped: health.framesDropped,
    Rejected: health.framesRejected,
    Reads: health.reads,
    Confidence: known(health.meanConfidence && Math.round(health.meanConfidence * 100), ' %'),
    Brightness: known(health.brightness),
    'Clock off': known(health.clockOffsetMs && Math.round(health.clockOffsetMs), ' ms'),
    Unsent: known(health.spool && health.spool.messages),
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
  drawPlates(section.querySelector('svg'), frame)
  listPlates(section.querySelector('.plates'), frame.plates)
}

function complain(text) {
  byId('trouble').textContent = text
  byId('trouble').hidden = text === ''
}

async function refresh() {
  const answer = await ask('/cameras')
  byId('sign-on').hidden = answer.status !== 401
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
    cameras.map(({ id, health, frame }) => {
      const section = sectionOf(id)
      showHealth(section, health)
      return showFrame(section, id, frame)
    }),
  )
}

async function run() {
  // A page that nobody looks at asks for nothing.
  if (!document.hidden) await refresh().catch(() => complain('The agent does not answer.'))
  setTimeout(run, EVERY_MS)
}

byId('sign-on').addEventListener('submit', (event) => {
  event.preventDefault()
  sessionStorage.setItem('token', byId('token').value.trim())
})
run()
