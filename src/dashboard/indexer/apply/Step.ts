/** The application of one block: its facts, the state before it, and the changes so far. */
import { Either } from "effect"
import type { ContractEvent } from "../../../contract-client/generated.ts"
import type { AccountAddress } from "../../../domain/Account.ts"
import type { Competition } from "../../../domain/Competition.ts"
import { OperationFailed } from "../../../domain/failures.ts"
import type { BlockContents, IndexedEvent } from "../blockContents.ts"
import type { Changes } from "./Changes.ts"
import type { ContractSettings, State } from "./State.ts"
import type { Issue, Miner } from "./stored.ts"

/** The fact of an event of one kind. */
export type EventOf<Tag extends ContractEvent["_tag"]> = Omit<IndexedEvent, "event"> & {
  readonly event: Extract<ContractEvent, { readonly _tag: Tag }>
}

export interface Step {
  readonly state: State
  readonly changes: Changes
  readonly facts: BlockContents
  /** Competitions that this block ended. */
  readonly ended: Set<number>
}

export type Applied<A = void> = Either.Either<A, OperationFailed>

const missingFailure = ({ facts }: Step, what: string) =>
  Either.left(
    new OperationFailed({
      message: `block ${facts.number} refers to ${what}, which the index has not seen: it was started too late. Rebuild it from the contract's creation: gittensor index --from-genesis`
    })
  )

export const issueOf = (step: Step, id: number): Applied<Issue> => {
  const issue = step.state.issues.get(id)
  return issue === undefined ? missingFailure(step, `issue ${id}`) : Either.right(issue)
}

export const competitionOf = (step: Step, id: number): Applied<Competition> => {
  const competition = step.state.history.competition(id)
  return competition === undefined ? missingFailure(step, `match ${id}`) : Either.right(competition)
}

export const settingsOf = (step: Step): Applied<ContractSettings> =>
  step.state.settings === null ? missingFailure(step, "the contract") : Either.right(step.state.settings)

/** Stores an issue's state after this block. */
export const putIssue = (step: Step, issue: Issue): void => {
  const changed = { ...issue, updatedAt: step.facts.number }
  step.state.issues.set(issue.id, changed)
  step.changes.issues.set(issue.id, changed)
}

/** The known miner, or a new one first seen in this block. */
export const minerOf = ({ facts, state }: Step, hotkey: AccountAddress): Miner =>
  state.miners.get(hotkey) ?? {
    hotkey,
    coldkey: null,
    uid: null,
    registeredAt: null,
    firstSeenAt: facts.number,
    enrolledAt: null,
    rating: null,
    ratedGames: 0,
    provisional: true,
    eligible: true,
    ratedAt: null,
    won: 0,
    lost: 0,
    expired: 0,
    earned: 0n
  }

export const putMiner = ({ changes, state }: Step, miner: Miner): void => {
  const { coldkey, hotkey, registeredAt, uid } = miner
  const before = state.miners.get(hotkey)
  if (before === undefined) changes.newcomers.add(hotkey)
  if (before?.coldkey !== coldkey || before.uid !== uid || before.registeredAt !== registeredAt) changes.moved.add(hotkey)
  state.miners.set(hotkey, miner)
  changes.miners.set(hotkey, miner)
}

/** Ensures that the hotkey has a miner. */
export const see = (step: Step, hotkey: AccountAddress): void => putMiner(step, minerOf(step, hotkey))

/** Stores a paid or cancelled issue and drops it from the state, because it no longer changes. */
export const closeIssue = (step: Step, issue: Issue): void => {
  putIssue(step, { ...issue, queuePosition: null })
  step.state.issues.delete(issue.id)
}

/** Numbers the issues in the funding queue in order of registration, the map's order. */
export const numberQueue = (step: Step): void => {
  let position = 0
  for (const issue of step.state.issues.values()) {
    const queuePosition = issue.status === "Funding" ? ++position : null
    if (issue.queuePosition === queuePosition) continue
    const changed = { ...issue, queuePosition }
    step.state.issues.set(issue.id, changed)
    step.changes.issues.set(issue.id, changed)
  }
}
