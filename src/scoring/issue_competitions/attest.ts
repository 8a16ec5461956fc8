/** A validator's attestations on the contract: the miners that it saw enrolled and that may take part. */
import { Effect, Either, Schema } from "effect"
import type { CountedAttestation } from "../../contract-client/attested.ts"
import { bitmapOfUids, uidsOfBitmap } from "../../contract-client/bitmap.ts"
import type { Attestation, Issue } from "../../contract-client/generated.ts"
import type { AccountAddress } from "../../domain/Account.ts"
import { consentOf, withRefusals } from "../../domain/consent.ts"
import { IssueId } from "../../domain/Enrolment.ts"
import * as IssueRef from "../../domain/IssueRef.ts"
import { type Metagraph, neuronOf } from "../../domain/Metagraph.ts"
import { isMaintainer } from "../../domain/maintainers.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import type { BlockReference } from "../../layers/chain/node/Chain.ts"
import { GitHubAccounts, type LinkedAccounts } from "../../layers/github/accounts/GitHubAccounts.ts"
import { GitHub, type GitHubUnavailable, isUncertain, type RegistrableIssue, type RegistrationRefused } from "../../layers/github/GitHub.ts"
import type { ContractSender } from "./ContractSender.ts"
import { Enrolments, type Stand } from "./enrolments/Enrolments.ts"
import { pauseFor, pauseOf } from "./pairingPauses.ts"
import type { RoundState } from "./roundState.ts"

/** One issue's bitmaps as 0x-hex, and why enrolled miners are left out of them. */
export interface OwnAttestation {
  readonly issue: number
  readonly enrolled: string
  readonly skipped: string
  readonly leftOut: ReadonlyArray<LeftOut>
}

export interface LeftOut {
  readonly hotkey: AccountAddress
  readonly why: string
  /** True if GitHub did not answer, or did not find something: a retry may succeed. */
  readonly uncertain: boolean
}

const NO_ATTESTATION: Stand = { enrolled: [], skipped: [] }

/** The issue's repository refuses a bounty on it. */
class NoConsent extends Schema.TaggedError<NoConsent>()("NoConsent", { because: Schema.String }) {
  override get message() {
    return `the issue may have no bounty: ${this.because}`
  }
}

const isPassing = (error: RegistrationRefused | GitHubUnavailable | IssueRef.InvalidIssueRef | NoConsent): boolean =>
  error._tag !== "InvalidIssueRef" && error._tag !== "NoConsent" && isUncertain(error)

/** An issue on GitHub as it is now, or why it cannot be competed for. */
export type IssueNow = Either.Either<RegistrableIssue, RegistrationRefused | GitHubUnavailable | IssueRef.InvalidIssueRef | NoConsent>

/** Asks GitHub about an issue that miners enrolled for. `refusals`: repositories that refuse bounties, from the roster. */
export const issueNow = Effect.fn("issueNow")(function* (
  issue: Pick<Issue, "repository" | "number">,
  refusals: ReadonlyArray<string> = []
) {
  const github = yield* GitHub
  const asked = Effect.gen(function* () {
    const found = yield* github.issueForRegistration(yield* IssueRef.parse(`${issue.repository}#${issue.number}`), "recent")
    const record = yield* github.consent(found.ref, "recent")
    const consent = record === null ? undefined : consentOf(withRefusals(record, refusals, issue.repository))
    // A consent that GitHub does not show is no refusal.
    return consent?._tag === "Refused" ? yield* new NoConsent({ because: consent.because }) : found
  })
  return yield* Effect.either(asked)
})

/** Why nobody can compete for the issue, such as its repository's refusal; undefined if somebody can, or if GitHub does not say. */
export const refusalNow = (issue: Pick<Issue, "repository" | "number">, refusals: ReadonlyArray<string>) =>
  Effect.map(issueNow(issue, refusals), (now) => (Either.isLeft(now) && !isPassing(now.left) ? now.left.message : undefined))

/** The GitHub account linked to a hotkey, or why the hotkey may not take part. */
export const accountOf = (metagraph: Metagraph, links: LinkedAccounts, hotkey: AccountAddress): Either.Either<number, LeftOut> => {
  const no = (why: string, uncertain = false) => Either.left({ hotkey, why, uncertain })
  const account = links.accounts.get(hotkey)
  if (neuronOf(metagraph, hotkey) === undefined) return no("not registered at the round's start")
  if (links.unknown.has(hotkey)) return no("GitHub does not show its gist now, so its link could not be checked", true)
  return account === undefined ? no(links.refused.get(hotkey) ?? "no GitHub account is linked") : Either.right(account)
}

/** Why an enrolled hotkey is not attested; undefined if it is. */
export const objectionTo = Effect.fn("objectionTo")(function* (
  hotkey: AccountAddress,
  issue: IssueNow,
  { metagraph, links }: { readonly metagraph: Metagraph; readonly links: LinkedAccounts }
) {
  const github = yield* GitHub
  const no = (why: string, uncertain = false): LeftOut => ({ hotkey, why, uncertain })
  const found = accountOf(metagraph, links, hotkey)
  if (Either.isLeft(found)) return found.left
  if (Either.isLeft(issue)) return no(issue.left.message, isPassing(issue.left))
  const account = found.right
  if (issue.right.authorId === account) return no("its GitHub account opened the issue")
  return yield* github.associationOf(account, issue.right.ref.repository).pipe(
    Effect.map((association) => (isMaintainer(association) ? no(`its GitHub account is ${association} of the repository`) : undefined)),
    Effect.catchAll((error) => Effect.succeed(no(error.message, isUncertain(error))))
  )
})

export type Bitmaps = Pick<OwnAttestation, "enrolled" | "skipped">

/** An attestation as a text; equal attestations have equal texts. */
export const bitmapsText = ({ enrolled, skipped }: Bitmaps): string => `${enrolled} ${skipped}`

const NOTHING_SEEN: Bitmaps = { enrolled: bitmapOfUids([]), skipped: bitmapOfUids([]) }

/** The attestations that differ from `said`, those on the contract, by issue. */
export const changedAttestations = <One extends Omit<OwnAttestation, "leftOut">>(
  own: ReadonlyArray<One>,
  said: ReadonlyMap<number, Bitmaps>
): ReadonlyArray<One> => own.filter((one) => bitmapsText(said.get(one.issue) ?? NOTHING_SEEN) !== bitmapsText(one))

/** A validator's own attestations that count in the round, by issue. `head` is a finalised block of the round. */
export const standingAttestations = Effect.fn("standingAttestations")(function* (
  validator: AccountAddress,
  { openIssues }: Pick<RoundState, "openIssues">,
  head: BlockReference
) {
  const contract = yield* Contract
  const all = yield* contract.attestations(
    openIssues.map(({ id }) => id),
    head
  )
  return new Map(
    [...all].flatMap(([issue, entries]) => entries.filter((one) => one.validator === validator).map((one) => [issue, one] as const))
  )
})

/**
 * The bitmaps of every Open issue that somebody enrolled for or skipped, or on which the validator's own attestation in `standing` counts. An
 * enrolled miner counts if it is registered at S, its GitHub account is linked (an account is never linked to two hotkeys), and that account neither
 * opened the issue nor maintains its repository. If GitHub does not answer, the miner keeps its state in `standing`; the majority of all validators
 * decides. `refusals`: repositories that refuse bounties, from the roster; nobody counts there.
 */
export const attestationsOfRound = Effect.fn("attestationsOfRound")(function* (
  state: RoundState,
  standing: ReadonlyMap<number, Attestation>,
  refusals: ReadonlyArray<string> = []
) {
  const [enrolments, accounts] = yield* Effect.all([Enrolments, GitHubAccounts])
  const stands = yield* enrolments.snapshot(state.start.number)
  const wanted = state.openIssues.filter(({ id }) => stands.has(IssueId.make(id)) || standing.has(id))
  if (wanted.length === 0) return []
  const links = yield* accounts.linkedAt(state.start, state.metagraph)

  const attest = Effect.fn("attestIssue")(function* (issue: Issue) {
    const stand = stands.get(IssueId.make(issue.id)) ?? NO_ATTESTATION
    const before = standing.get(issue.id)
    const attested = new Set(before === undefined ? [] : uidsOfBitmap(before.enrolled))
    /** Whether the standing attestation is of this hotkey, and not of an earlier one with its UID. */
    const stood = (hotkey: AccountAddress): boolean => {
      const neuron = neuronOf(state.metagraph, hotkey)
      return neuron !== undefined && before !== undefined && attested.has(neuron.uid) && neuron.registeredAt <= before.at
    }
    const now = yield* issueNow(issue, refusals)
    const rest = yield* pauseOf(issue, state)
    const judged = yield* Effect.forEach(
      stand.enrolled,
      (hotkey) => {
        const resting = pauseFor(rest, hotkey)
        const objection = resting === undefined ? objectionTo(hotkey, now, { metagraph: state.metagraph, links }) : Effect.succeed(resting)
        return Effect.map(objection, (reason) => ({ hotkey, reason }))
      },
      { concurrency: 4 }
    )
    const uidsOf = (hotkeys: ReadonlyArray<AccountAddress>) =>
      hotkeys.flatMap((hotkey) => {
        const uid = neuronOf(state.metagraph, hotkey)?.uid
        return uid === undefined || uid > 255 ? [] : [uid]
      })
    return {
      issue: issue.id,
      enrolled: bitmapOfUids(
        uidsOf(judged.flatMap(({ hotkey, reason }) => (reason === undefined || (reason.uncertain && stood(hotkey)) ? [hotkey] : [])))
      ),
      skipped: bitmapOfUids(uidsOf(stand.skipped)),
      leftOut: judged.flatMap(({ reason }) => reason ?? [])
    } satisfies OwnAttestation
  })

  return yield* Effect.forEach(wanted, attest, { concurrency: 2 })
})

/** What would lapse within so many rounds is renewed, all by one message. */
const RENEWED_ROUNDS = 3

const renew = (sender: ContractSender, head: BlockReference) =>
  sender
    .perform({ _tag: "RenewAttestations", due: head.number })
    .pipe(Effect.catchTag("ContractRefusal", (refusal) => Effect.logInfo(refusal.message)))

/** What a validator has attested in a round. It can be read again. */
export interface Attested {
  /** Its own attestations that counted at its first check of the round; undefined: not checked yet. */
  readonly standing?: ReadonlyMap<number, CountedAttestation>
  /** Bitmaps by issue that were sent since, or that the chain refused. */
  readonly sent: ReadonlyMap<number, Bitmaps>
  /** The enrolments of the last complete attestation. Nothing needs attesting until they change. */
  readonly settledFor?: string | undefined
  /** Whether what stands has been renewed in this round. */
  readonly renewed: boolean
}

/**
 * Attests changes since the validator's last attestations. Returns what it has attested since the round began. `refusals` reads the repositories that
 * refuse bounties, only if something changed.
 */
export const attest = Effect.fn("attest")(function* <E, R>(
  hotkey: AccountAddress,
  sender: ContractSender,
  state: RoundState,
  known: Attested,
  refusals: Effect.Effect<ReadonlyArray<string>, E, R>,
  head: BlockReference
) {
  const store = yield* Enrolments
  const { sent } = known
  const { round } = state.place
  const enrolments = JSON.stringify([...(yield* store.snapshot(state.start.number))])
  if (enrolments === known.settledFor) return known
  const standing = known.standing ?? (yield* standingAttestations(hotkey, state, head))
  const own = yield* attestationsOfRound(state, standing, yield* refusals)
  const leftOut = own.flatMap((one) => one.leftOut.map((out) => ({ issue: one.issue, ...out })))
  yield* Effect.forEach(
    leftOut,
    (out) => Effect.logInfo(out.uncertain ? "enrolment not confirmed" : "enrolled, but not attested").pipe(Effect.annotateLogs(out)),
    {
      discard: true
    }
  )
  const fresh = changedAttestations(own, new Map<number, Bitmaps>([...standing, ...sent]))
  const settled = yield* Effect.filter(
    fresh,
    ({ issue, enrolled, skipped }) =>
      sender.vote({ kind: "attestation", issue, round, choice: bitmapsText({ enrolled, skipped }) }, head, "attestEnrolled", {
        issue,
        round,
        enrolled,
        skipped
      }),
    { concurrency: 4 }
  )
  const done = settled.length === fresh.length && leftOut.every(({ uncertain }) => !uncertain)
  const lapsesBy = state.start.number + RENEWED_ROUNDS * state.config.roundLength
  const isDue = done && !known.renewed && [...standing.values()].some(({ until }) => until <= lapsesBy)
  if (isDue) yield* renew(sender, head)
  return {
    renewed: known.renewed || isDue,
    standing,
    sent: new Map([...sent, ...settled.map((one) => [one.issue, one] as const)]),
    settledFor: done ? enrolments : undefined
  } satisfies Attested
})
