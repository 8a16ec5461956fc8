/**
 * Decides which merges changed the default branch, and counts each change once. Pure. Only git's history of the branch decides: no clock, and no
 * order in which merges are listed.
 */
import { Either } from "effect"
import { standingText, type WorkStanding } from "../../../domain/WorkStanding.ts"
import { type History, mergesIn } from "../../github/branchHistory.ts"
import { rebasedOn } from "../../github/landedAs.ts"

export interface MergedPullRequest {
  readonly number: number
  /** null if GitHub does not name it. */
  readonly mergeCommit: string | null
  /** The two commits that GitHub compares. */
  readonly base: string
  readonly head: string
  /** Microseconds since 1970. */
  readonly mergedAt: number
}

/** The net change of the default branch by a pull request: the diff from `base` to `head`. */
export interface LandedChange {
  readonly base: string
  readonly head: string
  /** Why there is no net change; null if there is one. */
  readonly nothing: string | null
}

/** How a merged pull request landed on the default branch. */
export interface Landing {
  readonly number: number
  /** The commit on the branch's first-parent line that brought it, and that commit's position: the higher, the later. */
  readonly by: string
  readonly place: number
  /** Its merge commit: `by` itself, or one that `by` brought. */
  readonly head: string
  /** From `git patch-id --stable`: equal for equal changes. null: no text changed, or the change is too large to be compared. */
  readonly patchId: string | null
  readonly isEmpty: boolean
  /** How it was taken back, in words; null if it stands. */
  readonly takenBack: string | null
}

const inOrder = (one: Landing, other: Landing): number => one.place - other.place || one.number - other.number

/** By number, why a merge scores nothing; null if it changed the branch. */
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

/** A merge, and the two commits whose diff it brought to the branch that it was merged into. */
export interface PlacedMerge {
  readonly merged: MergedPullRequest
  readonly pair: { readonly commit: string; readonly since: string }
  readonly by: string
  readonly place: number
}

/**
 * The position at which a merge came to the branch; null if the branch does not have it; left: why it is not known. `history`: of the branch. `line`:
 * positions on its first-parent line. `messages`: of the pull request's own commits, oldest first; undefined if they are not known.
 */
export const placeOf = (
  history: History,
  line: ReadonlyMap<string, number>,
  merged: MergedPullRequest,
  messages: ReadonlyArray<string> | undefined
): Either.Either<PlacedMerge | null, string> => {
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

/** A change's patch id, and how many files it touches. */
export interface Summary {
  readonly patchId: string | null
  readonly files: number
}

const NOT_SHOWN: WorkStanding = { _tag: "Unknown", why: "git does not show it" }

/**
 * The net change by each merge on the default branch, by number; left: why it is not known. `summaries` and `standings`: by number, without those
 * that git does not show.
 */
export const landedChangesOf = (
  placed: ReadonlyArray<PlacedMerge>,
  summaries: ReadonlyMap<number, Summary>,
  standings: ReadonlyMap<number, WorkStanding>
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
      // A merge of unknown standing still comes before its repetitions.
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

/** The net change of a merge that never came to the default branch. */
export const neverLanded = ({ base, head }: MergedPullRequest): LandedChange => ({
  base,
  head,
  nothing: "the default branch has not got it"
})

/**
 * A branch's newest commit at a past time; left: why it is not known. `later`: the pushes since then, newest first, the oldest of which names the
 * commit before it, and the result of the newest push of all; undefined if GitHub shows no list, or not as far back. `head`: the branch's head in git
 * before GitHub was asked.
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
