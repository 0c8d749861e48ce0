const NAMES = [
  'ground',
  'surface',
  'line',
  'line-strong',
  'text',
  'muted',
  'accent',
  'good',
  'warn',
  'bad',
] as const

export type Colors = Record<(typeof NAMES)[number], string>

/** The theme's colors for a canvas: custom properties contain pairs, which only an element resolves. */
export function colorsOf(element: HTMLElement): Colors {
  const probe = document.createElement('span')
  element.append(probe)
  const found = NAMES.map((name) => {
    probe.style.color = `var(--${name})`
    return [name, getComputedStyle(probe).color] as const
  })
  probe.remove()
  return Object.fromEntries(found) as Colors
}
