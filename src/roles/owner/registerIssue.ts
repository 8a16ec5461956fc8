/** Registers issues after checking them on GitHub and in the contract. */
import { Clock, Effect, Option } from "effect"
import type { ContractEvent } from "../../contract-client/generated.ts"
import { formatAlpha } from "../../domain/Amount.ts"
import { type Consent, consentOf, withRefusals } from "../../domain/consent.ts"
import { OperationFailed } from "../../domain/failures.ts"
import type { IssueRef } from "../../domain/IssueRef.ts"
import type { KeyPair } from "../../domain/KeyPair.ts"
import { remarkOf } from "../../domain/withoutConsent.ts"
import { type Besides, Contract } from "../../layers/chain/contract/Contract.ts"
import { GitHub } from "../../layers/github/GitHub.ts"
import { signsOf } from "./rules/madeUp.ts"

/** The owner's overrides for an issue without a request from its repository, or with a repository that may be made up. */
export interface Although {
  /** The reason for a bounty that the repository did not request. */
  readonly withoutConsent: Option.Option<string>
  /** Whether to register although the repository may be made up. */
  readonly yesAlthough: boolean
  /** The repositories that refuse bounties, from the roster. */
  readonly refusals: ReadonlyArray<string>
}

/**
 * Checks that the repository consents to a bounty, or that the owner gives a reason for one without a request. Fails if the repository refuses, if its
 * consent is unknown, or if the owner gives no override. `known`: the issue as the owner names it.
 */
const checkConsent = Effect.fn("owner.checkConsent")(function* (
  ref: IssueRef,
  known: IssueRef,
  { refusals, withoutConsent, yesAlthough }: Although
) {
  const github = yield* GitHub
  const reference = ref.toString()
  const record = yield* github.consent(ref)
  const consent: Consent =
    record === null
      ? { _tag: "Unknown", because: "GitHub does not show it", isForPeople: false }
      : consentOf(withRefusals(record, refusals, known.repository))
  if (consent._tag === "Refused" || consent._tag === "Unknown")
    return yield* new OperationFailed({
      message:
        consent._tag === "Unknown"
          ? `it is not known whether ${reference} may have a bounty: ${consent.because}; ${consent.isForPeople ? "ask its maintainers to ask for it again" : "try again later"}`
          : `${reference} may have no bounty: ${consent.because}`
    })
  if (consent._tag === "Silent" && Option.isNone(withoutConsent))
    return yield* new OperationFailed({
      message: `no maintainer who may merge there has asked for a bounty on ${reference}: ask them (docs/maintainers.md), or give your reason with --without-consent "WHY"`
    })
  const facts = yield* github.repositoryFacts(ref.repository)
  if (facts.onlyFor !== null && !yesAlthough)
    return yield* new OperationFailed({
      message: `the repository of ${reference} lets only ${facts.onlyFor.whom} comment and open pull requests${facts.onlyFor.until === null ? "" : `, until ${new Date(facts.onlyFor.until).toISOString().slice(0, "YYYY-MM-DD".length)}`}, by its interaction limits. If others will be able to compete, give --yes-although`
    })
  const signs = signsOf(facts, yield* Clock.currentTimeMillis)
  if (signs.length > 0 && !yesAlthough)
    return yield* new OperationFailed({
      message: `the repository of ${reference} may have been made up for bounties: ${signs.join("; ")}. If you know it, give --yes-although`
    })
  return { consent, signs, withoutConsent: consent._tag === "Silent" ? Option.getOrNull(withoutConsent) : null }
})

/**
 * Checks an issue on GitHub and in the contract, and sends nothing. Returns the issue under its repository's current name, with the repository's consent.
 * `edited`: id of the registered issue that gets this reference, if any.
 */
export const checkIssue = Effect.fn("owner.checkIssue")(function* (
  reference: IssueRef,
  bounty: bigint,
  although: Although,
  edited?: number
) {
  const [github, contract] = yield* Effect.all([GitHub, Contract])
  const { minBounty } = yield* contract.config
  if (bounty < minBounty)
    return yield* new OperationFailed({
      message: `a bounty of ${formatAlpha(bounty)} alpha is below the contract's minimum of ${formatAlpha(minBounty)}: give --bounty ${formatAlpha(minBounty)} or more`
    })
  const found = yield* github.issueForRegistration(reference)
  const known = yield* contract.stored("issueByReference", { repository: found.ref.repository, number: found.ref.number })
  if (known !== null && known !== edited)
    return yield* new OperationFailed({
      message: `${found.ref.toString()} is already registered as issue ${known}: see "gittensor mine issues"`
    })
  return { ...found, ...(yield* checkConsent(found.ref, reference, although)) }
})

/** The issue's number, from the contract's events. */
export const registeredIssue = (events: ReadonlyArray<ContractEvent>): number | undefined =>
  events.find((event) => event._tag === "IssueRegistered")?.issue

/** The remark that accompanies a registration: the reason for a bounty that the repository did not request. */
export const besidesOf = (withoutConsent: string | null): Besides => (withoutConsent === null ? {} : { remark: remarkOf(withoutConsent) })

/** Registers a checked issue. Returns its number and the transaction. `bounty` is in rao. */
export const registerIssue = Effect.fn("owner.registerIssue")(function* (
  owner: KeyPair,
  { ref, withoutConsent }: Pick<Effect.Effect.Success<ReturnType<typeof checkIssue>>, "ref" | "withoutConsent">,
  bounty: bigint
) {
  const contract = yield* Contract
  const sent = yield* contract.send(
    "registerIssue",
    { repository: ref.repository, number: ref.number, bounty },
    owner,
    "finalised",
    undefined,
    besidesOf(withoutConsent)
  )
  return { issue: registeredIssue(sent.events) ?? sent.value, inclusion: sent.inclusion }
})
