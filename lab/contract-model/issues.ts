/** Registering and cancelling issues. */
import { Either, HashMap, Option } from "effect"
import type { CancelReason, Issue, MessageArguments } from "../../src/contract-client/generated.ts"
import { referenceKey } from "./State.ts"
import { close, issueOf, onlyOwner, putIssue, type Ruled, refuse, type Turn, unless } from "./Turn.ts"

/** `owner/name` in the characters that GitHub allows. The contract does not know whether it exists. */
const isRepository = (text: string): boolean => text.length <= 140 && /^[A-Za-z0-9-]{1,39}\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/.test(text)

export const isClosed = ({ status }: Issue): boolean => status._tag === "Paid" || status._tag === "Cancelled"

export const registerIssue = (turn: Turn, { bounty, number, repository }: MessageArguments<"registerIssue">): Ruled<number> =>
  Either.gen(function* () {
    yield* onlyOwner(turn)
    yield* unless(!turn.state.paused, "Paused")
    const { maxBounty, minBounty } = turn.state.config
    yield* unless(bounty >= minBounty, { _tag: "BountyTooSmall", minimum: minBounty })
    yield* unless(bounty <= maxBounty, { _tag: "BountyTooLarge", maximum: maxBounty })
    yield* unless(isRepository(repository), "MalformedRepository")
    yield* unless(number > 0, "ZeroNumber")
    const key = referenceKey(repository, number)
    const known = HashMap.get(turn.state.openReferences, key)
    if (Option.isSome(known)) return yield* refuse({ _tag: "DuplicateIssue", issue: known.value })
    const id = turn.state.issueCount + 1
    turn.state = { ...turn.state, issueCount: id, openReferences: HashMap.set(turn.state.openReferences, key, id) }
    putIssue(turn, {
      id,
      repository,
      number,
      bounty,
      funded: 0n,
      status: { _tag: "Funding" },
      registeredAt: turn.subnet.block,
      attempts: 0,
      competition: null,
      payableAt: null,
      payTo: null,
      waiting: null
    })
    turn.events.push({ _tag: "IssueRegistered", issue: id, repository, number, bounty })
    return id
  })

/**
 * Closes an issue without a winner and lets it be registered again. A bounty that nobody competed for goes to the next issues, any other waits to be
 * recycled.
 */
export const closeCancelled = (turn: Turn, issue: Issue, reason: CancelReason): void => {
  const unclaimed = issue.status._tag === "Funding" || issue.status._tag === "Open"
  const [returned, toRecycle] = unclaimed ? [issue.funded, 0n] : [0n, issue.funded]
  turn.state = {
    ...turn.state,
    allocated: turn.state.allocated - issue.funded,
    unallocated: turn.state.unallocated + returned,
    toRecycle: turn.state.toRecycle + toRecycle
  }
  close(turn, issue)
  putIssue(turn, { ...issue, funded: 0n, status: { _tag: "Cancelled", value: reason }, payableAt: null, waiting: null })
  turn.events.push({ _tag: "IssueCancelled", issue: issue.id, reason, returned, toRecycle })
}

/** Cancellation reasons that do not depend on the competitors. */
export const publicReasons = ["NotPlanned", "Duplicate", "Deleted", "Transferred", "RepositoryGone", "SolvedOutside"] as const

/** Reasons that the owner may give. */
const ownersReasons: ReadonlySet<CancelReason["_tag"]> = new Set(["Owner", ...publicReasons])

export const cancelIssue = (turn: Turn, { id, reason }: MessageArguments<"cancelIssue">): Ruled<null> =>
  Either.gen(function* () {
    yield* onlyOwner(turn)
    const issue = yield* issueOf(turn, id)
    yield* unless(!isClosed(issue), { _tag: "IssueClosed", issue: id })
    yield* unless(issue.status._tag === "Funding" || issue.status._tag === "Open", { _tag: "CompetitionRunning", issue: id })
    yield* unless(ownersReasons.has(reason._tag), "ReasonNotAllowed")
    closeCancelled(turn, issue, reason)
    return null
  })
