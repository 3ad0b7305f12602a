/**
 * Where everything stands in a drawing of services and what they need. What customers see is on the left, and what
 * something depends on is to its right. A dependency that closes a circle is drawn backwards.
 */

export interface DrawableService {
  readonly id: string
  readonly dependsOn: readonly string[]
  /** Ids of the components it feeds. */
  readonly components: readonly string[]
}

export interface DrawnNode {
  readonly kind: 'component' | 'service'
  readonly id: string
  readonly x: number
  readonly y: number
}

export interface DrawnEdge {
  /** What needs the other: a component its service, a service what it depends on. */
  readonly from: string
  readonly to: string
  readonly isCircular: boolean
  /** An SVG path. */
  readonly path: string
}

export interface ServiceDrawing {
  readonly width: number
  readonly height: number
  readonly nodes: readonly DrawnNode[]
  readonly edges: readonly DrawnEdge[]
}

export const NODE_WIDTH = 200
export const NODE_HEIGHT = 48
const GAP_X = 72
const GAP_Y = 16
const MARGIN = 8
/** Where a line passes between others. */
const LANE_HEIGHT = 4
/** Beyond so many lines go straight, behind what is in their way: lanes for all would make the drawing endless. */
const LANES_MAX = 120
const ROWS_MAX = 24
/** Each pass puts a node nearer to the middle of what it is joined to. */
const PASSES = 8

interface Link {
  readonly from: string
  readonly to: string
  readonly isCircular: boolean
}

/** `components` in the order of the status page; those that no service feeds are not drawn. */
export function drawServices(services: readonly DrawableService[], components: readonly string[]): ServiceDrawing {
  const fed = components.filter((id) => services.some((service) => service.components.includes(id)))
  const dependencies = linksOf(services)
  const feeds = services.flatMap((service) =>
    fed
      .filter((id) => service.components.includes(id))
      .map((id) => ({ from: componentKey(id), to: service.id, isCircular: false })),
  )
  const links = [...feeds, ...dependencies]

  const columnOf = columnsFor([fed.map(componentKey), ...layersOf(services, dependencies)])
  const routes = withLanes(links, columnOf)
  const columns: string[][] = []
  for (const [key, column] of columnOf) (columns[column] ??= []).push(key)
  const steps = routes.flatMap(({ link, keys }) =>
    link.isCircular ? [] : keys.slice(1).map((to, i) => ({ from: keys[i] ?? '', to })),
  )
  for (let pass = 0; pass < PASSES; pass++) untangle(columns, steps, pass % 2 === 0)

  const tops = topsOf(columns, steps)
  const places = new Map(
    columns.flatMap((column, i) =>
      column.map((key): [string, Place] => [key, { x: MARGIN + i * (NODE_WIDTH + GAP_X), y: tops.get(key) ?? 0 }]),
    ),
  )
  const bottom = Math.max(0, ...columns.flat().map((key) => (tops.get(key) ?? 0) + heightOf(key)))
  return {
    width:
      2 * MARGIN +
      Math.max(0, columns.length * (NODE_WIDTH + GAP_X) - GAP_X) +
      (links.some(({ isCircular }) => isCircular) ? GAP_X / 2 : 0),
    height: bottom + MARGIN,
    nodes: [...places].flatMap(([key, place]) => {
      if (isLane(key)) return []
      return [
        key.startsWith(' ')
          ? { kind: 'component', id: key.slice(1), ...place }
          : { kind: 'service', id: key, ...place },
      ]
    }),
    edges: routes.map(({ link, keys }) => ({
      ...link,
      path: pathOf(
        keys.flatMap((key) => places.get(key) ?? []),
        link.isCircular,
      ),
    })),
  }
}

/** A layer that is too tall to be looked at takes several columns. */
function columnsFor(layers: readonly (readonly string[])[]): Map<string, number> {
  const columnOf = new Map<string, number>()
  let column = 0
  for (const layer of layers) {
    const rows = Math.ceil(layer.length / Math.ceil(layer.length / ROWS_MAX))
    for (const [i, key] of layer.entries()) columnOf.set(key, column + Math.floor(i / rows))
    column += Math.ceil(layer.length / ROWS_MAX)
  }
  return columnOf
}

/** Services by the longest way to them from one that nothing depends on; in a layer by what they need first. */
function layersOf(services: readonly DrawableService[], links: readonly Link[]): string[][] {
  const layers: string[][] = []
  const needs = (service: DrawableService) => service.dependsOn[0] ?? ''
  const depths = depthsOf(services, links)
  for (const service of services.toSorted((a, b) => (needs(a) === needs(b) ? 0 : needs(a) < needs(b) ? -1 : 1)))
    (layers[depths.get(service.id) ?? 0] ??= []).push(service.id)
  return layers
}

/** Each line with what it passes through, a place of its own in every column between its ends. */
function withLanes(
  links: readonly Link[],
  columnOf: Map<string, number>,
): { readonly link: Link; readonly keys: readonly string[] }[] {
  const spanOf = ({ from, to }: Link) => [columnOf.get(from) ?? 0, columnOf.get(to) ?? 0] as const
  const lanes = links.reduce((sum, link) => sum + (link.isCircular ? 0 : spanOf(link)[1] - spanOf(link)[0] - 1), 0)
  return links.map((link, i) => {
    const [from, to] = spanOf(link)
    const between: string[] = []
    if (!link.isCircular && lanes <= LANES_MAX)
      for (let column = from + 1; column < to; column++) {
        const lane = `  ${i} ${column}`
        columnOf.set(lane, column)
        between.push(lane)
      }
    return { link, keys: [link.from, ...between, link.to] }
  })
}

function isLane(key: string): boolean {
  return key.startsWith('  ')
}

function heightOf(key: string): number {
  return isLane(key) ? LANE_HEIGHT : NODE_HEIGHT
}

/** On the height of what is joined to it on the left, as far as those above leave room. */
function topsOf(columns: readonly string[][], steps: readonly Step[]): Map<string, number> {
  const lefts = new Map<string, string[]>()
  for (const { from, to } of steps) lefts.set(to, [...(lefts.get(to) ?? []), from])
  const tops = new Map<string, number>()
  for (const column of columns) {
    let below = 0
    let drift = 0
    for (const key of column) {
      const middles = (lefts.get(key) ?? []).map((left) => (tops.get(left) ?? 0) + heightOf(left) / 2)
      const wanted =
        middles.length === 0 ? below : middles.reduce((sum, each) => sum + each, 0) / middles.length - heightOf(key) / 2
      const top = Math.max(wanted, below)
      drift += top - wanted
      tops.set(key, top)
      below = top + heightOf(key) + (isLane(key) ? GAP_Y / 2 : GAP_Y)
    }
    // What was pushed down by the others comes up with them, but not above the beginning.
    const lift = column[0] === undefined ? 0 : Math.min(drift / column.length, tops.get(column[0]) ?? 0)
    for (const key of column) tops.set(key, (tops.get(key) ?? 0) - lift)
  }
  const highest = Math.min(...tops.values())
  return new Map([...tops].map(([key, top]) => [key, top - highest + MARGIN]))
}

interface Step {
  readonly from: string
  readonly to: string
}

/** No id begins with a space. */
function componentKey(id: string): string {
  return ` ${id}`
}

/** What leads back to something that is being followed closes a circle. */
function linksOf(services: readonly DrawableService[]): Link[] {
  const byId = new Map(services.map((service) => [service.id, service]))
  const links: Link[] = []
  const state = new Map<string, 'open' | 'done'>()
  const follow = (service: DrawableService) => {
    state.set(service.id, 'open')
    for (const id of new Set(service.dependsOn)) {
      const target = byId.get(id)
      if (target === undefined) continue
      links.push({ from: service.id, to: id, isCircular: state.get(id) === 'open' })
      if (!state.has(id)) follow(target)
    }
    state.set(service.id, 'done')
  }
  // From the top, so that what nothing depends on is on the left.
  const needed = new Set(services.flatMap(({ dependsOn }) => dependsOn))
  for (const service of services) if (!needed.has(service.id) && !state.has(service.id)) follow(service)
  for (const service of services) if (!state.has(service.id)) follow(service)
  return links
}

/** The longest way there from something that nothing depends on. */
function depthsOf(services: readonly DrawableService[], links: readonly Link[]): Map<string, number> {
  const straight = links.filter(({ isCircular }) => !isCircular)
  const waiting = new Map(services.map(({ id }) => [id, 0]))
  for (const { to } of straight) waiting.set(to, (waiting.get(to) ?? 0) + 1)
  const depths = new Map(services.map(({ id }) => [id, 0]))
  const targets = new Map<string, string[]>()
  for (const { from, to } of straight) targets.set(from, [...(targets.get(from) ?? []), to])
  const ready = services.filter(({ id }) => waiting.get(id) === 0).map(({ id }) => id)
  for (let id = ready.shift(); id !== undefined; id = ready.shift())
    for (const to of targets.get(id) ?? []) {
      depths.set(to, Math.max(depths.get(to) ?? 0, (depths.get(id) ?? 0) + 1))
      const left = (waiting.get(to) ?? 1) - 1
      waiting.set(to, left)
      if (left === 0) ready.push(to)
    }
  return depths
}

function untangle(columns: string[][], steps: readonly Step[], leftToRight: boolean): void {
  const row = new Map(columns.flatMap((column) => column.map((key, i): [string, number] => [key, i / column.length])))
  const neighbours = new Map<string, number[]>()
  for (const { from, to } of steps) {
    const [key, other] = leftToRight ? [to, from] : [from, to]
    neighbours.set(key, [...(neighbours.get(key) ?? []), row.get(other) ?? 0])
  }
  const middle = (key: string) => {
    const rows = neighbours.get(key)
    return rows === undefined ? (row.get(key) ?? 0) : rows.reduce((sum, each) => sum + each, 0) / rows.length
  }
  for (const column of columns) column.sort((a, b) => middle(a) - middle(b))
}

interface Place {
  readonly x: number
  readonly y: number
}

/** `places` are the two ends, and the lanes between them. */
function pathOf(places: readonly Place[], isCircular: boolean): string {
  const [from, to] = [places[0], places.at(-1)]
  if (from === undefined || to === undefined) return ''
  const y1 = from.y + NODE_HEIGHT / 2
  const y2 = to.y + NODE_HEIGHT / 2
  // Backwards it leaves and arrives on the right, so that it can be told from one that goes forward.
  if (isCircular) {
    const [x1, x2] = [from.x + NODE_WIDTH, to.x + NODE_WIDTH]
    const bulge = Math.max(x1, x2) + GAP_X / 2
    return `M${x1} ${y1 + 8}C${bulge} ${y1 + 8} ${bulge} ${y2 - 8} ${x2} ${y2 - 8}`
  }
  let path = `M${from.x + NODE_WIDTH} ${round(y1)}`
  let at = { x: from.x + NODE_WIDTH, y: y1 }
  const curveTo = (x: number, y: number) => {
    const half = (x - at.x) / 2
    path += `C${at.x + half} ${round(at.y)} ${x - half} ${round(y)} ${x} ${round(y)}`
    at = { x, y }
  }
  for (const lane of places.slice(1, -1)) {
    const y = lane.y + LANE_HEIGHT / 2
    curveTo(lane.x, y)
    path += `H${lane.x + NODE_WIDTH}`
    at = { x: lane.x + NODE_WIDTH, y }
  }
  curveTo(to.x, y2)
  return path
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
