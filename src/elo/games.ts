import { type Competition, endedAt } from "../domain/Competition.ts"

/** Blocks that are counted one by one when games are put in order: 500 days. */
const MOST_BLOCKS = 4_000_000
/** Fewer are sorted as quickly by comparing. */
const FEW = 1_000

/** What became of a competition: who won, or who submitted too early; a void one changes nobody's rating otherwise. */
export const AWon = 0
export const BWon = 1
export const Expired = 2
export const Void = 3
export const AEarly = 4
export const BEarly = 5

/** Games side by side in arrays of numbers, of which a million cost no more than they must; `order` has them by (end block, id). */
export interface Games {
  readonly order: Int32Array
  /** Where in the list of competitions. */
  readonly place: Int32Array
  readonly end: Int32Array
  /** Both players as `playerOf` numbers them. */
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

/** The competitions that ended in (after, until]. Blocks are below 2^31. */
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

/** The places of numbers in (after, until], the lowest first; of equal ones the earlier first. */
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
