/** Registering, editing and cancelling issues. */
import { Either, HashMap, Option } from "effect"
import type { CancelReason, Change, Issue, MessageArguments } from "../../src/contract-client/generated.ts"
import { referenceKey } from "./State.ts"
import { close, issueOf, onlyOwner, putIssue, type Ruled, refuse, type Turn, unless } from "./Turn.ts"

type Edit = Extract<Change, { _tag: "EditIssue" }>

/** `owner/name` in the characters that GitHub allows. The contract does not know whether it exists. */
const isRepository = (text: string): boolean => text.length <= 140 && /^[A-Za-z0-9_-]{1,39}\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/.test(text)

/** Refuses an invalid reference, duplicate or bounty for the issue with this id. */
const checkIssue = ({ state }: Turn, id: number, { bounty, number, repository }: Omit<Edit, "_tag" | "issue">): Ruled<void> =>
  Either.gen(function* () {
    const { maxBounty, minBounty } = state.config
    yield* unless(bounty >= minBounty, { _tag: "BountyTooSmall", minimum: minBounty })
    yield* unless(bounty <= maxBounty, { _tag: "BountyTooLarge", maximum: maxBounty })
    yield* unless(isRepository(repository), "MalformedRepository")
    yield* unless(number > 0, "ZeroNumber")
    const known = Option.getOrElse(HashMap.get(state.openReferences, referenceKey(repository, number)), () => id)
    yield* unless(known === id, { _tag: "DuplicateIssue", issue: known })
  })

export const registerIssue = (turn: Turn, args: MessageArguments<"registerIssue">): Ruled<number> =>
  Either.gen(function* () {
    yield* onlyOwner(turn)
    yield* unless(!turn.state.paused, "Paused")
    const id = turn.state.issueCount + 1
    yield* checkIssue(turn, id, args)
    turn.state = { ...turn.state, issueCount: id }
    const { bounty, number, repository } = args
    const issue = { id, repository, number, bounty, funded: 0n, registeredAt: turn.subnet.block, attempts: 0, competition: null }
    refer(turn, { ...issue, status: { _tag: "Funding" } })
    turn.events.push({ _tag: "IssueRegistered", issue: id, repository, number, bounty })
    return id
  })

/** Writes an issue and its reference. */
const refer = (turn: Turn, issue: Issue): void => {
  putIssue(turn, issue)
  const key = referenceKey(issue.repository, issue.number)
  turn.state = { ...turn.state, openReferences: HashMap.set(turn.state.openReferences, key, issue.id) }
}

/** Frees an amount that was allocated to an issue. */
const release = (turn: Turn, amount: bigint): void => {
  turn.state = { ...turn.state, allocated: turn.state.allocated - amount, fresh: turn.state.fresh + amount }
}

/** Closes an issue without a winner and lets it be registered again. */
export const closeCancelled = (turn: Turn, issue: Issue, reason: CancelReason): void => {
  const freed = issue.funded
  release(turn, freed)
  close(turn, issue)
  putIssue(turn, { ...issue, funded: 0n, status: { _tag: "Cancelled", value: reason } })
  turn.events.push({ _tag: "IssueCancelled", issue: issue.id, reason, freed })
}

/** Cancellation reasons that do not depend on the competitors. */
export const publicReasons = ["NotPlanned", "Duplicate", "Deleted", "Transferred", "RepositoryGone", "SolvedOutside", "Refused"] as const

const ownersReasons: ReadonlySet<CancelReason["_tag"]> = new Set(["Owner", ...publicReasons])

/** An issue that the owner may still change: it has no competition. */
const idleIssue = (turn: Turn, id: number): Ruled<Issue> =>
  Either.flatMap(issueOf(turn, id), (issue) => {
    if (issue.status._tag === "Funding" || issue.status._tag === "Open") return Either.right(issue)
    return refuse({ _tag: issue.status._tag === "Competing" ? "CompetitionRunning" : "IssueClosed", issue: id })
  })

export const checkCancel = (turn: Turn, { issue, reason }: Extract<Change, { _tag: "CancelIssue" }>): Ruled<Issue> =>
  Either.flatMap(unless(ownersReasons.has(reason._tag), "ReasonNotAllowed"), () => idleIssue(turn, issue))

export const checkEdit = (turn: Turn, change: Edit): Ruled<Issue> =>
  Either.gen(function* () {
    const issue = yield* idleIssue(turn, change.issue)
    const { bounty, number, repository } = issue
    yield* unless(change.repository !== repository || change.number !== number || change.bounty !== bounty, "NothingToChange")
    yield* checkIssue(turn, issue.id, change)
    return issue
  })

/** Edits an issue. Its attestations and votes are dropped. It keeps its money; a raised bounty is filled before those of later issues. */
export const edit = (turn: Turn, { bounty, issue: id, number, repository }: Edit, issue: Issue): void => {
  close(turn, issue)
  const freed = issue.funded > bounty ? issue.funded - bounty : 0n
  const funded = issue.funded - freed
  release(turn, freed)
  const isOpen = funded === bounty
  refer(turn, { ...issue, repository, number, bounty, funded, status: { _tag: isOpen ? "Open" : "Funding" } })
  if (!isOpen) turn.state = { ...turn.state, nextToFund: Math.min(turn.state.nextToFund, id) }
  turn.events.push({ _tag: "IssueEdited", issue: id, repository, number, bounty, funded, freed })
}
