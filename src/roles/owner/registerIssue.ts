/** Registers issues, after checking them on GitHub and against the contract. */
import { Effect, Schema } from "effect"
import type { ContractEvent } from "../../contract-client/generated.ts"
import { formatAlpha } from "../../domain/Amount.ts"
import type { IssueRef } from "../../domain/IssueRef.ts"
import type { KeyPair } from "../../domain/KeyPair.ts"
import { Contract } from "../../layers/contract/Contract.ts"
import { GitHub } from "../../layers/github/GitHub.ts"

class AlreadyRegistered extends Schema.TaggedError<AlreadyRegistered>()("AlreadyRegistered", {
  reference: Schema.String,
  issue: Schema.Number
}) {
  override get message() {
    return `${this.reference} is already registered as issue ${this.issue}: see "gittensor mine issues"`
  }
}

class BountyUnderMinimum extends Schema.TaggedError<BountyUnderMinimum>()("BountyUnderMinimum", {
  bounty: Schema.BigIntFromSelf,
  minimum: Schema.BigIntFromSelf
}) {
  override get message() {
    return `a bounty of ${formatAlpha(this.bounty)} alpha is below the contract's minimum of ${formatAlpha(this.minimum)}: give --bounty ${formatAlpha(this.minimum)} or more`
  }
}

/**
 * Checks an issue on GitHub and against the contract; returns it under its present repository name. Sends nothing. `edited` is the id of the issue that gets
 * this reference, if it is registered already.
 */
export const checkIssue = Effect.fn("owner.checkIssue")(function* (reference: IssueRef, bounty: bigint, edited?: number) {
  const [github, contract] = yield* Effect.all([GitHub, Contract])
  const { minBounty } = yield* contract.config
  if (bounty < minBounty) return yield* new BountyUnderMinimum({ bounty, minimum: minBounty })
  const found = yield* github.issueForRegistration(reference)
  const known = yield* contract.read("issueByReference", { repository: found.ref.repository, number: found.ref.number })
  if (known !== null && known !== edited) return yield* new AlreadyRegistered({ reference: found.ref.toString(), issue: known })
  return found
})

/** The issue's number, from the contract's events. */
export const registeredIssue = (events: ReadonlyArray<ContractEvent>): number | undefined =>
  events.find((event) => event._tag === "IssueRegistered")?.issue

/** Registers a checked issue; returns its number and the transaction. `bounty` is in rao. */
export const registerIssue = Effect.fn("owner.registerIssue")(function* (owner: KeyPair, reference: IssueRef, bounty: bigint) {
  const contract = yield* Contract
  const sent = yield* contract.send(
    "registerIssue",
    { repository: reference.repository, number: reference.number, bounty },
    owner,
    "finalised"
  )
  return { issue: registeredIssue(sent.events) ?? sent.value, inclusion: sent.inclusion }
})
