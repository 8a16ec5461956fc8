/**
 * Which merges the default branch gained something by, each change once. Pure. Nothing here depends on a clock, or on the order in which merges are listed: only git's
 * record of the branch decides.
 */
import { Either } from "effect"
import { type Standing, standingText } from "../../../../domain/Standing.ts"
import { type History, mergesIn } from "../../../github/rules/branchHistory.ts"
import { rebasedOn } from "../../../github/rules/landedAs.ts"

/** A merged pull request. */
export interface Merged {
  readonly number: number
  /** null: GitHub does not name it. */
  readonly mergeCommit: string | null
  /** The ends that GitHub compares. */
  readonly base: string
  readonly head: string
  /** Microseconds since 1970. */
  readonly mergedAt: number
}

/** What the default branch gained by a pull request: what `head` has and `base` has not. */
export interface LandedChange {
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
export const whyNothingLanded = (landings: ReadonlyArray<Landing>): ReadonlyMap<number, string | null> => {
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

/** A merge with the two commits between which the default branch, or the branch that it was merged into, got it. */
export interface Placed {
  readonly merged: Merged
  readonly pair: { readonly commit: string; readonly since: string }
  readonly by: string
  readonly place: number
}

/**
 * Where a merge came to the branch; null: the branch has not got it. `history`: of the branch; `line`: the places on its first-parent line; `messages`: of the pull
 * request's own commits, oldest first, undefined where they are not known. Left: why the place is not known.
 */
export const placeOf = (
  history: History,
  line: ReadonlyMap<string, number>,
  merged: Merged,
  messages: ReadonlyArray<string> | undefined
): Either.Either<Placed | null, string> => {
  const { mergeCommit, number } = merged
  if (mergeCommit === null) return Either.left(`GitHub does not name the commit that #${number} was merged as`)
  const landed = history.find(({ commit }) => commit === mergeCommit)
  if (landed === undefined) return Either.right(null)
  const since = rebasedOn(history, mergeCommit, messages)
  const base = since === undefined ? landed.parents[0] : since
  if (base === undefined || base === null) return Either.left(`it is not known as which commits #${number} landed`)
  const by = line.has(mergeCommit) ? mergeCommit : mergesIn(history).get(mergeCommit)?.commit
  const at = by === undefined ? undefined : line.get(by)
  if (by === undefined || at === undefined) return Either.left(`it is not known by which merge #${number} came`)
  return Either.right({ merged, pair: { commit: mergeCommit, since: base }, by, place: at })
}

/** How a change reads. `files`: how many it touches. */
export interface Summary {
  readonly patchId: string | null
  readonly files: number
}

const NOT_SHOWN: Standing = { _tag: "Unknown", why: "git does not show it" }

/**
 * What the default branch gained by each of the merges that came to it, by number. `summaries` and `standings` by number; what is missing was not shown. Left: why it is
 * not known.
 */
export const landedChangesOf = (
  placed: ReadonlyArray<Placed>,
  summaries: ReadonlyMap<number, Summary>,
  standings: ReadonlyMap<number, Standing>
): ReadonlyMap<number, Either.Either<LandedChange, string>> => {
  const landings = placed.map(({ by, merged: { number }, pair, place }): Landing => {
    const summary = summaries.get(number)
    const standing = standings.get(number)
    return {
      number,
      by,
      place,
      head: pair.commit,
      patchId: summary?.patchId ?? null,
      isEmpty: summary?.files === 0,
      // One of which it is not known whether it stands keeps its place before its repetitions.
      takenBack: standing?._tag === "TakenBack" ? standingText(standing) : null
    }
  })
  const gained = whyNothingLanded(landings)
  return new Map(
    placed.map(({ merged: { number }, pair: { commit, since } }): readonly [number, Either.Either<LandedChange, string>] => {
      const standing = standings.get(number) ?? NOT_SHOWN
      return standing._tag === "Unknown"
        ? [number, Either.left(`#${number} ${standingText(standing)}`)]
        : [number, Either.right({ base: since, head: commit, nothing: gained.get(number) ?? null })]
    })
  )
}

/** The gain of a merge that never came to the default branch. */
export const neverLanded = ({ base, head }: Merged): LandedChange => ({ base, head, nothing: "the default branch has not got it" })

/**
 * The newest commit of a branch at a moment. `later`: the pushes afterwards, newest first, of which the oldest says what was there before, and what the newest push of all
 * left; undefined: GitHub shows no list, or not as far back. `head`: what git showed before GitHub was asked. Left: why it is not known.
 */
export const branchTipAt = (
  later: { readonly newest: string | null; readonly after: ReadonlyArray<{ readonly before: string }> } | undefined,
  head: string
): Either.Either<string, string> => {
  if (later === undefined) return Either.left("GitHub does not show who moved the branch, or not as far back")
  if (later.newest !== null && later.after.length === 0 && later.newest !== head)
    return Either.left("GitHub's list of pushes does not have the newest one yet")
  return Either.right(later.after.at(-1)?.before ?? head)
}
