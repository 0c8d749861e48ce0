// Zones on a camera's picture: drawn and moved by mouse, finger or keyboard. Positions are shares of the picture, 0 to 1.

const SVG = 'http://www.w3.org/2000/svg'
const KINDS = { ignore: 'not looked at', only: 'looked at only', line: 'line to cross' }
const SIZE = 1000
/** One press of an arrow key, and one with Shift. */
const STEP = 0.01
const FINE_STEP = 0.001
/** A shorter drag is a click. */
const LEAST_DRAG = 0.02
/** The arrow that shows the direction of a line. */
const ARROW = 0.06

const editors = new WeakMap()

/**
 * Shows a camera's zones, which can be changed while their section is open.
 * @param save stores zones; returns what went wrong, or undefined
 */
export function showZones(section, zones, save) {
  const editor = editors.get(section) ?? createEditor(section)
  editors.set(section, editor)
  editor.show(zones, save)
}

const clamp = (share) => Math.min(1, Math.max(0, share))

/** Zones as a list of shapes, and back. */
const shapesOf = ({ ignore = [], only = [], line }) => [
  ...ignore.map((corners) => ({ kind: 'ignore', corners })),
  ...only.map((corners) => ({ kind: 'only', corners })),
  ...(line ? [{ kind: 'line', corners: [line.from, line.to] }] : []),
]
function zonesOf(shapes) {
  const corners = (kind) => shapes.filter((shape) => shape.kind === kind).map((shape) => shape.corners)
  const [ignore, only, [line]] = [corners('ignore'), corners('only'), corners('line')]
  return {
    ...(ignore.length > 0 ? { ignore } : {}),
    ...(only.length > 0 ? { only } : {}),
    ...(line ? { line: { from: line[0], to: line[1] } } : {}),
  }
}

function createEditor(section) {
  const overlay = section.querySelector('.zones-overlay')
  const handles = section.querySelector('.handles')
  const picture = section.querySelector('.picture')
  const panel = section.querySelector('.zones')
  const said = panel.querySelector('.said')
  const radios = [...panel.querySelectorAll('input')]
  // Each camera has a group of its own.
  for (const radio of radios) radio.name = `kind-${section.querySelector('.id').textContent}`
  let stored = {}
  let shapes = []
  let selected = -1
  let isChanged = false
  let save

  const kind = () => radios.find(({ checked }) => checked).value
  const place = ({ clientX, clientY }) => {
    const { left, top, width, height } = overlay.getBoundingClientRect()
    return [clamp((clientX - left) / width), clamp((clientY - top) / height)]
  }

  function element(name, attributes) {
    const made = document.createElementNS(SVG, name)
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
    return made
  }

  function drawn({ kind: of, corners }) {
    const at = corners.map(([x, y]) => [x * SIZE, y * SIZE])
    if (of !== 'line') return [element('polygon', { class: of, points: at.map(String).join(' ') })]
    const [[x1, y1], [x2, y2]] = at
    // To the right of the line, looking along it: the direction that counts.
    const { width, height } = overlay.getBoundingClientRect()
    const [dx, dy] = [((x2 - x1) * width) / SIZE, ((y2 - y1) * height) / SIZE]
    const length = Math.hypot(dx, dy) || 1
    const [x, y] = [(x1 + x2) / 2, (y1 + y2) / 2]
    const [u, v] = [((-dy / length) * ARROW * width * SIZE) / width, ((dx / length) * ARROW * width * SIZE) / height]
    return [
      element('line', { class: 'line', x1, y1, x2, y2 }),
      element('line', { class: 'line toward', x1: x, y1: y, x2: x + u, y2: y + v }),
    ]
  }

  function draw() {
    overlay.replaceChildren(...shapes.flatMap(drawn))
    const wanted = panel.open ? shapes.flatMap(({ corners }, s) => corners.map((_, c) => `${s}/${c}`)) : []
    // A shape that has the focus, or is being dragged, stays.
    const before = new Map([...handles.children].map((handle) => [handle.dataset.at, handle]))
    for (const [at, handle] of before) if (!wanted.includes(at)) handle.remove()
    for (const at of wanted) {
      const [s, c] = at.split('/').map(Number)
      const handle = before.get(at) ?? handleOf(at)
      const [x, y] = shapes[s].corners[c]
      handle.style.left = `${x * 100}%`
      handle.style.top = `${y * 100}%`
      const name = `${KINDS[shapes[s].kind]}: corner ${c + 1} of zone ${s + 1}`
      handle.setAttribute('aria-label', `${name}, ${Math.round(x * 100)} % from the left, ${Math.round(y * 100)} % from the top`)
    }
  }

  function change(next) {
    shapes = next
    isChanged = true
    said.textContent = 'Not saved yet.'
    draw()
  }
  const moveCorner = (s, c, to) =>
    change(
      shapes.map((shape, i) =>
        i === s ? { ...shape, corners: shape.corners.map((corner, j) => (j === c ? to : corner)) } : shape,
      ),
    )

  function handleOf(at) {
    const handle = document.createElement('button')
    handle.type = 'button'
    handle.dataset.at = at
    const own = () => handle.dataset.at.split('/').map(Number)
    handle.addEventListener('focus', () => {
      selected = own()[0]
    })
    handle.addEventListener('pointerdown', (event) => {
      handle.setPointerCapture(event.pointerId)
      handle.focus()
      event.preventDefault()
    })
    handle.addEventListener('pointermove', (event) => {
      if (handle.hasPointerCapture(event.pointerId)) moveCorner(...own(), place(event))
    })
    handle.addEventListener('keydown', (event) => {
      const [s, c] = own()
      const step = event.shiftKey ? FINE_STEP : STEP
      const ways = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }
      const way = ways[event.key]
      const [x, y] = shapes[s].corners[c]
      if (way) moveCorner(s, c, [clamp(x + way[0]), clamp(y + way[1])])
      else if (event.key === 'Delete') removeCorner(s, c)
      else return
      event.preventDefault()
    })
    handles.append(handle)
    return handle
  }

  /** Removes the whole shape if too few corners would remain. */
  function removeCorner(s, c) {
    const { corners } = shapes[s]
    if (corners.length <= 3) return removeShape(s)
    change(
      shapes.map((shape, i) => (i === s ? { ...shape, corners: corners.filter((_, j) => j !== c) } : shape)),
    )
  }
  function removeShape(s) {
    if (!shapes[s]) return
    change(shapes.filter((_, i) => i !== s))
    selected = shapes.length - 1
  }

  /** Between two opposite corners. */
  function add([x1, y1], [x2, y2]) {
    const of = kind()
    const corners =
      of === 'line'
        ? [
            [x1, y1],
            [x2, y2],
          ]
        : [
            [x1, y1],
            [x2, y1],
            [x2, y2],
            [x1, y2],
          ]
    // At most one line is possible.
    const others = of === 'line' ? shapes.filter((shape) => shape.kind !== 'line') : shapes
    selected = others.length
    change([...others, { kind: of, corners }])
  }

  let from
  overlay.addEventListener('pointerdown', (event) => {
    if (!panel.open) return
    from = place(event)
    overlay.setPointerCapture(event.pointerId)
    event.preventDefault()
  })
  overlay.addEventListener('pointerup', (event) => {
    const to = place(event)
    if (from && Math.hypot(to[0] - from[0], to[1] - from[1]) >= LEAST_DRAG) add(from, to)
    from = undefined
  })
  overlay.addEventListener('pointercancel', () => {
    from = undefined
  })

  const actions = {
    add: () => add(...(kind() === 'line' ? [[0.2, 0.6], [0.8, 0.6]] : [[0.35, 0.35], [0.65, 0.65]])),
    remove: () => removeShape(selected < 0 ? shapes.length - 1 : selected),
    turn: () =>
      change(
        shapes.map((shape) => (shape.kind === 'line' ? { ...shape, corners: shape.corners.toReversed() } : shape)),
      ),
    cancel() {
      isChanged = false
      said.textContent = ''
      shapes = shapesOf(stored)
      draw()
    },
    async save() {
      const fault = await save(zonesOf(shapes))
      said.textContent = fault ?? 'Saved.'
      if (fault === undefined) isChanged = false
    },
  }
  panel.addEventListener('click', ({ target }) => {
    void actions[target.dataset?.do]?.()
  })
  panel.addEventListener('toggle', () => {
    picture.classList.toggle('editing', panel.open)
    draw()
  })

  return {
    show(zones, saver) {
      save = saver
      const isNew = JSON.stringify(zones) !== JSON.stringify(stored)
      stored = zones
      // Do not overwrite what somebody is drawing.
      if (!isNew || isChanged) return
      shapes = shapesOf(stored)
      draw()
    },
  }
}
