/** Lays out the flow diagram: places in columns from left to right, each as high as the flow through it. */
import type { Treasury } from "../api/types.ts"
import { largestOf } from "./amount.ts"

type Stream = Treasury["streams"][number]

export interface Node {
  readonly name: string
  readonly column: number
  readonly amount: bigint
  /** From 0 (top) to 1. */
  readonly top: number
  readonly height: number
}

export interface Band {
  readonly stream: Stream
  readonly from: { readonly column: number; readonly top: number }
  readonly to: { readonly column: number; readonly top: number }
  readonly height: number
}

export interface Sankey {
  readonly nodes: ReadonlyArray<Node>
  readonly bands: ReadonlyArray<Band>
  readonly columns: number
}

/** "account" appears at both ends: as the source of a moved treasury, and as the recipient of payments. */
const COLUMNS: Readonly<Record<string, number>> = { emission: 0, collateral: 0, free: 1, issue: 2, recycled: 3, account: 3 }
const GAP = 0.1
const LEAST = 0.012

const columnOf = (name: string): number => COLUMNS[name] ?? 1

/** Money that stays within the treasury, as when it moves to another neuron, gets no band. */
const isShown = ({ source, destination, amount }: Stream): boolean =>
  source !== destination && BigInt(amount) > 0n && columnOf(source) < columnOf(destination)

export const sankeyOf = (streams: ReadonlyArray<Stream>): Sankey => {
  const shown = streams.filter(isShown)
  const names = [...new Set(shown.flatMap(({ source, destination }) => [source, destination]))]
  const sums = (name: string, end: "source" | "destination") =>
    shown.reduce((sum, stream) => (stream[end] === name ? sum + BigInt(stream.amount) : sum), 0n)
  const amounts = new Map(
    names.map((name) => {
      return [name, largestOf([sums(name, "source"), sums(name, "destination")])] as const
    })
  )
  const inColumn = (column: number) => names.filter((name) => columnOf(name) === column).toSorted()
  const columns = [0, 1, 2, 3]
  const sumIn = (column: number) => inColumn(column).reduce((all, name) => all + (amounts.get(name) ?? 0n), 0n)
  const largest = largestOf([1n, ...columns.map(sumIn)])
  const most = Math.max(1, ...columns.map((column) => inColumn(column).length))
  const room = Math.min(0.8, 1 - GAP * (most - 1))
  const heightOf = (amount: bigint) => Math.max(LEAST, (Number((amount * 1_000_000n) / largest) / 1_000_000) * room)
  const bandsAt = (name: string, end: "source" | "destination") =>
    shown.reduce((sum, stream) => (stream[end] === name ? sum + heightOf(BigInt(stream.amount)) : sum), 0)
  // A node is as high as its bands, of which small ones are drawn larger than they are.
  const nodeHeight = (name: string) => Math.max(bandsAt(name, "source"), bandsAt(name, "destination"))
  const nodes = columns.flatMap((column) => {
    const own = inColumn(column)
    const heights = own.reduce((sum, name) => sum + nodeHeight(name), 0)
    const isLast = column === columns.length - 1
    // Bounties are on top, so that directly recycled money passes below; the last column takes the whole height.
    const gap = isLast && own.length > 1 ? Math.max(0, 1 - heights) / (own.length - 1) : GAP
    const all = heights + gap * Math.max(0, own.length - 1)
    let top = column === COLUMNS.issue ? 0 : Math.max(0, (1 - all) / 2)
    return own.map((name): Node => {
      const node = { name, column, amount: amounts.get(name) ?? 0n, top, height: nodeHeight(name) }
      top += node.height + gap
      return node
    })
  })
  const filled = new Map<string, number>()
  const place = (name: string, end: string, height: number): { readonly column: number; readonly top: number } => {
    const node = nodes.find((one) => one.name === name)
    const used = filled.get(`${end} ${name}`) ?? 0
    filled.set(`${end} ${name}`, used + height)
    return { column: columnOf(name), top: (node?.top ?? 0) + used }
  }
  const topOf = (name: string) => nodes.find((node) => node.name === name)?.top ?? 0
  const ordered = shown.toSorted(
    (left, right) => topOf(left.destination) - topOf(right.destination) || topOf(left.source) - topOf(right.source)
  )
  const bands = ordered.map((stream): Band => {
    const height = heightOf(BigInt(stream.amount))
    return { stream, from: place(stream.source, "out", height), to: place(stream.destination, "in", height), height }
  })
  return { nodes, bands, columns: columns.length }
}
