/**
 * Which merges the default branch gained something by, each change once. Pure. Nothing here depends on a clock, or on the order in which merges are listed: only git's
 * record of the branch decides.
 */

/** What the default branch gained by a pull request: what `head` has and `base` has not. */
export interface Gain {
  readonly base: string
  readonly head: string
  /** Why it gained nothing; null: it did. */
  readonly nothing: string | null
}

/** How a merged pull request came to the default branch. */
export interface Landing {
  readonly number: number
  /** The commit by which the first-parent line of the branch got it, with its place on that line: the higher, the later. */
  readonly by: string
  readonly place: number
  /** The commit that it was merged as: `by` itself, or one that `by` brought. */
  readonly head: string
  /** Equal for equal changes. null: no text changed, or the change is too large to be compared. */
  readonly patchId: string | null
  readonly isEmpty: boolean
  /** That it was taken back, in words; null: it stands. */
  readonly takenBack: string | null
}

const inOrder = (one: Landing, other: Landing): number => one.place - other.place || one.number - other.number

/** Why merges score nothing; null where the branch gained what they changed. By number. */
export const whatWasGained = (landings: ReadonlyArray<Landing>): ReadonlyMap<number, string | null> => {
  const direct = new Map(landings.filter(({ by, head }) => by === head).map(({ by, number }) => [by, number]))
  const brought = new Map<string, number>()
  const whyNothing = ({ by, head, isEmpty, number, patchId, takenBack }: Landing): string | null => {
    if (isEmpty) return "the default branch had all of it already"
    if (takenBack !== null) return `it ${takenBack}`
    const carrier = by === head ? undefined : direct.get(by)
    if (carrier !== undefined) return `#${carrier} brought it to the default branch`
    const first = patchId === null ? undefined : brought.get(patchId)
    if (first !== undefined) return `#${first} brought the same change before`
    if (patchId !== null) brought.set(patchId, number)
    return null
  }
  return new Map(landings.toSorted(inOrder).map((one) => [one.number, whyNothing(one)]))
}
