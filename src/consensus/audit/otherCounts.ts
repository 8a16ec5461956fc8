/** The ways in which an honest validator may have counted fewer reports than there are, because somebody or the network held some back from it. Pure. */

/** How many ways are tried: all choices of eight reports, or two of 22 left out. Each is an aggregate of all reports. */
const MAX_WAYS = 256

/** All choices of this many items, in order. */
function* choices<A>(items: ReadonlyArray<A>, size: number): Generator<ReadonlyArray<A>> {
  if (size === 0) return yield []
  for (const [index, first] of items.entries()) for (const rest of choices(items.slice(index + 1), size - 1)) yield [first, ...rest]
}

/** What may have been left out: first one item each, then two, and so on, but not all. */
export function* leftOut<A>(items: ReadonlyArray<A>): Generator<ReadonlyArray<A>> {
  let ways = 0
  for (let size = 1; size < items.length; size++)
    for (const chosen of choices(items, size)) {
      if (ways++ === MAX_WAYS) return
      yield chosen
    }
}
