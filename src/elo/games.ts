import { type Competition, endedAt } from "../domain/Competition.ts"

/** The longest range of blocks, 500 days, that is sorted by counting. */
const MOST_BLOCKS = 4_000_000
/** Fewer games than this sort as fast by comparison. */
const FEW = 1_000

/** How a competition ended: who won or submitted too early. Other void competitions change no rating. */
export const AWon = 0
export const BWon = 1
export const Expired = 2
export const Void = 3
export const AEarly = 4
export const BEarly = 5

/** Games as parallel typed arrays, so that a million fit in memory and cache. `order` sorts them by (end block, id). */
export interface Games {
  readonly order: Int32Array
  /** Indexes into the list of competitions. */
  readonly place: Int32Array
  readonly end: Int32Array
  /** Both players, by the numbers that `playerOf` gives. */
  readonly a: Int32Array
  readonly b: Int32Array
  readonly outcome: Uint8Array
}

const outcomeOf = ({ status, a, b }: Competition): number => {
  switch (status._tag) {
    case "Won":
      return status.winner === 0 ? AWon : BWon
    case "Expired":
      return Expired
    case "Void": {
      const early = status.reason._tag === "SubmittedTooEarly" ? status.reason.hotkey : null
      return early === a.hotkey ? AEarly : early === b.hotkey ? BEarly : Void
    }
    case "Running":
      return Void
  }
}

/** The competitions that ended in (after, until]. Blocks must be below 2^31. */
export const gamesOf = (
  competitions: ReadonlyArray<Competition>,
  after: number,
  until: number,
  playerOf: (competitor: Competition["a"]) => number
): Games => {
  const most = competitions.length
  const place = new Int32Array(most)
  const end = new Int32Array(most)
  const a = new Int32Array(most)
  const b = new Int32Array(most)
  const outcome = new Uint8Array(most)
  let isById = true
  let before = Number.NEGATIVE_INFINITY
  let count = 0
  for (let index = 0; index < most; index++) {
    const one = competitions[index]
    const block = one === undefined ? null : endedAt(one)
    if (one === undefined || block === null || block <= after || block > until) continue
    place[count] = index
    end[count] = block
    a[count] = playerOf(one.a)
    b[count] = playerOf(one.b)
    outcome[count] = outcomeOf(one)
    if (one.id < before) isById = false
    before = one.id
    count += 1
  }
  const isCounted = isById && count >= FEW && until - after <= MOST_BLOCKS
  const idOf = (index: number): number => competitions[place[index] ?? 0]?.id ?? 0
  const byEnd = (left: number, right: number) => (end[left] ?? 0) - (end[right] ?? 0) || idOf(left) - idOf(right)
  const order = isCounted
    ? counted(end.subarray(0, count), after, until)
    : Int32Array.from({ length: count }, (_, index) => index).sort(byEnd)
  return { order, place, end, a, b, outcome }
}

/** The indexes of the numbers in (after, until], in ascending order of the numbers; equal numbers keep their order. */
const counted = (numbers: Int32Array, after: number, until: number): Int32Array => {
  const places = new Int32Array(until - after + 2)
  for (let index = 0; index < numbers.length; index++) {
    const place = (numbers[index] ?? 0) - after + 1
    places[place] = (places[place] ?? 0) + 1
  }
  for (let at = 1; at < places.length; at++) places[at] = (places[at] ?? 0) + (places[at - 1] ?? 0)
  const order = new Int32Array(numbers.length)
  for (let index = 0; index < numbers.length; index++) {
    const number = (numbers[index] ?? 0) - after
    const place = places[number] ?? 0
    places[number] = place + 1
    order[place] = index
  }
  return order
}
