import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawServices } from './serviceDrawing.ts'

const service = (id: string, dependsOn: string[] = [], components: string[] = []) => ({ id, dependsOn, components })

function columnsOf(services: ReturnType<typeof service>[], components: string[] = []) {
  const { nodes, edges } = drawServices(services, components)
  const xs = [...new Set(nodes.map(({ x }) => x))].toSorted((a, b) => a - b)
  return {
    columns: xs.map((x) => nodes.filter((node) => node.x === x).map(({ id }) => id)),
    circular: edges.filter(({ isCircular }) => isCircular).map(({ from, to }) => `${from}→${to}`),
  }
}

describe('the graph of services', () => {
  it.each([
    ['nothing', [], [], [], []],
    ['a chain', [service('db'), service('pay', ['db']), service('shop', ['pay'])], [], [['shop'], ['pay'], ['db']], []],
    ['the longest way', [service('a', ['b', 'c']), service('b', ['c']), service('c')], [], [['a'], ['b'], ['c']], []],
    ['components first', [service('shop', [], ['page'])], ['page', 'unfed'], [['page'], ['shop']], []],
    ['a circle', [service('a', ['b']), service('b', ['c']), service('c', ['a'])], [], [['a'], ['b'], ['c']], ['c→a']],
    ['one that needs itself', [service('a', ['a'])], [], [['a']], ['a→a']],
    [
      'a circle below a root',
      [service('x', ['y']), service('y', ['x']), service('r', ['x'])],
      [],
      [['r'], ['x'], ['y']],
      ['y→x'],
    ],
    ['what is not there', [service('a', ['gone'])], [], [['a']], []],
  ])('draws %s', (_what, services, components, columns, circular) => {
    expect(columnsOf(services, components)).toEqual({ columns, circular })
  })

  it('puts what belongs together on one height', () => {
    const { columns } = columnsOf([service('a', ['y']), service('b', ['x']), service('x'), service('y')])
    expect(columns[0]?.map((id) => ({ a: 'y', b: 'x' })[id])).toEqual(columns[1])
  })

  it('of any services has each once, apart from the others, and every dependency', () => {
    const ids = Array.from({ length: 12 }, (_, i) => `s${i}`)
    const services = fc.tuple(...ids.map((id) => fc.subarray(ids).map((dependsOn) => service(id, dependsOn, ['page']))))
    fc.assert(
      fc.property(services, (all) => {
        const { nodes, edges, width, height } = drawServices(all, ['page'])
        expect(new Set(nodes.map(({ x, y }) => `${x} ${y}`)).size).toBe(13)
        expect(edges.length).toBe(12 + all.flatMap(({ dependsOn }) => dependsOn).length)
        const xOf = new Map(nodes.map(({ id, x }) => [id, x]))
        for (const { from, to, isCircular } of edges)
          if (!isCircular && !from.startsWith(' ')) expect(xOf.get(from) ?? 0).toBeLessThan(xOf.get(to) ?? 0)
        for (const { x, y } of nodes) expect(x >= 0 && y >= 0 && x < width && y < height).toBe(true)
      }),
    )
  })

  it('folds a layer that is too tall, and begins at the top left', () => {
    const many = Array.from({ length: 100 }, (_, i) => service(`s${i}`, ['db']))
    const { nodes, height } = drawServices([...many, service('db')], [])
    expect(new Set(nodes.map(({ x }) => x)).size).toBe(6)
    expect(height).toBeLessThan(25 * 64)
    const leftmost = Math.min(...nodes.map(({ x }) => x))
    const topLeft = Math.min(...nodes.flatMap(({ x, y }) => (x === leftmost ? [y] : [])))
    expect(topLeft).toBe(Math.min(...nodes.map(({ y }) => y)))
  })

  it('of five hundred takes no time to speak of', () => {
    const many = Array.from({ length: 500 }, (_, i) =>
      service(
        `s${i}`,
        [1, 2, 3, 4, 5].map((k) => `s${(i * 7 + k) % 500}`),
      ),
    )
    const startedAtMs = Date.now()
    expect(drawServices(many, []).nodes).toHaveLength(500)
    expect(Date.now() - startedAtMs).toBeLessThan(2000)
  })
})
