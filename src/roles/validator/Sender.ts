/**
 * Sends all of a validator's transactions: votes and weights (each once, by `castOnce`), upkeep and the axon's address. `layer` sends; `dryRun` logs
 * what it would send.
 */
import { Context, Effect, Layer, Option } from "effect"
import type { MessageArguments, MessageName } from "../../contract-client/generated.ts"
import type { CommittedScores } from "../../domain/CommitmentSlot.ts"
import type { OperationFailed } from "../../domain/failures.ts"
import type { KeyPair } from "../../domain/KeyPair.ts"
import type { AxonAddress } from "../../domain/Metagraph.ts"
import { type CallError, Contract } from "../../layers/chain/contract/Contract.ts"
import type { Message } from "../../layers/chain/contract/calls.ts"
import type { BlockReference, ChainUnavailable, SendGuard, SubmitError } from "../../layers/chain/node/Chain.ts"
import { chainIdentity } from "../../layers/chain/node/identity.ts"
import type { WeightsRefused } from "../../layers/chain/subnet/refusals.ts"
import { Subnet, type UnknownSubnet } from "../../layers/chain/subnet/Subnet.ts"
import type { SentWeights } from "../../layers/chain/subnet/weights.ts"
import { count, set } from "../../layers/machine/telemetry/metrics.ts"
import { makeCastOnce } from "../../layers/protection/castOnce.ts"
import { HotkeyGuard } from "../../layers/protection/HotkeyGuard.ts"
import type { Ballot } from "../../layers/protection/Journal.ts"
import type { StoreUnavailable } from "../../layers/storage/dataFolder/failure.ts"
import type { ContractSender, Vote } from "../../scoring/issue_competitions/ContractSender.ts"
import { callOf } from "../../scoring/issue_competitions/upkeep.ts"

export interface EpochWeights {
  readonly epoch: number
  readonly weights: SentWeights
  /** Whether the subnet requires commit-reveal (encrypted commitments) instead of plain weights. */
  readonly commitReveal: boolean
}

export class Sender extends Context.Tag("gittensor/Sender")<
  Sender,
  ContractSender & {
    /** Sets or commits weights. Returns the including block; none while weights for this epoch are in flight. */
    readonly setWeights: (
      weights: EpochWeights,
      head: BlockReference
    ) => Effect.Effect<Option.Option<BlockReference>, SubmitError | StoreUnavailable | WeightsRefused | OperationFailed | UnknownSubnet>
    /** Commits a report's hash, unless the chain already has it. */
    readonly commitScores: (
      scores: CommittedScores
    ) => Effect.Effect<void, SubmitError | ChainUnavailable | OperationFailed | UnknownSubnet>
    readonly publishAxon: (axon: AxonAddress) => Effect.Effect<void, SubmitError>
  }
>() {}

/** How many blocks a claim keeps the same vote from being sent again: by then, the vote is included or its transaction has expired. */
const VOTE_CLAIM_BLOCKS = 12
/** The same for weights: how many blocks their transaction stays valid. */
const WEIGHTS_CLAIM_BLOCKS = 64
/** Weights of an epoch share one claim, whatever their values. */
const WEIGHTS_CHOICE = "weights"

/** Metric label by error of an unsent vote. A chain that did not answer leaves the outcome open. */
const RESULTS: Readonly<Record<string, string>> = {
  ChainUnavailable: "unknown",
  ContractRefusal: "refused",
  TransactionWithheld: "withheld"
}

/** A contract's refusal is an outcome (too late, already decided), not a failure. Only `TooEarly` is retried. */
const settledByRefusal = (vote: Vote, sent: Effect.Effect<boolean, CallError | StoreUnavailable>) =>
  sent.pipe(
    Effect.catchTag("ContractRefusal", (refusal) => Effect.as(Effect.logInfo(refusal.message), refusal.error._tag !== "TooEarly")),
    Effect.annotateLogs({ issue: vote.issue, choice: vote.choice })
  )

/** The services and facts that every transaction needs. */
const findDependencies = Effect.fn("Sender.dependencies")(function* (hotkey: KeyPair) {
  const [contract, subnet, hotkeyGuard, castOnce, chain] = yield* Effect.all([Contract, Subnet, HotkeyGuard, makeCastOnce, chainIdentity])
  return { hotkey, contract, subnet, hotkeyGuard, castOnce, owner: { chain, contract: contract.address, hotkey: hotkey.address } }
})
type Dependencies = Effect.Effect.Success<ReturnType<typeof findDependencies>>

const castVote = <Name extends MessageName>(
  dependencies: Dependencies,
  vote: Vote,
  head: BlockReference,
  name: Name,
  args: MessageArguments<Name>,
  after?: Message
) => {
  const counted = (result: string) => count("gittensor_votes_total", { kind: vote.kind, result })
  const send = (guard: SendGuard) =>
    dependencies.contract
      .send(name, args, dependencies.hotkey, "inBlock", guard, { after })
      .pipe(Effect.tapError(({ _tag }) => counted(RESULTS[_tag] ?? "failed")))
  const { choice, ...on } = vote
  const claimed = { ballot: { ...dependencies.owner, ...on }, choice }
  return dependencies.castOnce(claimed, { at: head.number, expiresAt: head.number + VOTE_CLAIM_BLOCKS }, send).pipe(
    Effect.tap(
      Option.match({
        onNone: () => counted("in_flight"),
        onSome: ({ inclusion }) =>
          Effect.zipRight(
            counted("sent"),
            Effect.logInfo(`${vote.kind} vote sent`).pipe(
              Effect.annotateLogs({ ...vote, block: inclusion.block.number, transaction: inclusion.extrinsicHash })
            )
          )
      })
    ),
    Effect.map(Option.isSome)
  )
}

const sendWeights = Effect.fn("sendWeights")(function* (
  dependencies: Dependencies,
  { weights, epoch, commitReveal }: EpochWeights,
  head: BlockReference
) {
  const { castOnce, hotkey, owner, subnet } = dependencies
  const { uids, values } = weights
  const send = (guard: SendGuard) =>
    commitReveal
      ? Effect.map(subnet.commitWeights(hotkey, weights, guard), ({ block, opensAt, round }) => ({
          block,
          done: "weights committed",
          opening: { opensAt, round }
        }))
      : Effect.map(subnet.setWeights(hotkey, weights, guard), ({ block }) => ({ block, done: "weights set", opening: {} }))
  const ballot: Ballot = { ...owner, kind: "weights", issue: weights.mechanism ?? 0, round: epoch }
  const blocks = { at: head.number, expiresAt: head.number + WEIGHTS_CLAIM_BLOCKS }
  const sent = yield* castOnce({ ballot, choice: WEIGHTS_CHOICE }, blocks, send)
  if (Option.isNone(sent)) return Option.none()
  const { block, done, opening } = sent.value
  yield* count("gittensor_weights_set_total")
  yield* set("gittensor_weights_last_block", block.number)
  yield* Effect.logInfo(done).pipe(Effect.annotateLogs({ uids, values, epoch, block: block.number, ...opening }))
  return Option.some(block)
})

const commitScores = Effect.fn("commitScores")(function* ({ hotkey, subnet, hotkeyGuard }: Dependencies, scores: CommittedScores) {
  const inclusion = yield* subnet.setCommitment(hotkey, { _tag: "Scores", scores }, hotkeyGuard.guard())
  if (inclusion === null) return
  yield* Effect.logInfo("report committed").pipe(
    Effect.annotateLogs({ epoch: scores.epoch, sha256: scores.sha256, block: inclusion.block.number })
  )
})

/** A `Sender` that sends with the hotkey. Make it in one process per data folder, as `makeCastOnce`. */
export const make = Effect.fn("Sender.make")(function* (hotkey: KeyPair) {
  const dependencies = yield* findDependencies(hotkey)
  return Sender.of({
    vote: (vote, head, name, args, after) => settledByRefusal(vote, castVote(dependencies, vote, head, name, args, after)),
    perform: (chore) => {
      const { args, name } = callOf(chore)
      return dependencies.contract
        .send(name, args, hotkey, "inBlock", dependencies.hotkeyGuard.guard())
        .pipe(
          Effect.zipRight(count("gittensor_upkeep_total", { chore: chore._tag, result: "done" })),
          Effect.zipRight(Effect.logInfo("done"))
        )
    },
    setWeights: (weights, head) => sendWeights(dependencies, weights, head),
    commitScores: (scores) => commitScores(dependencies, scores),
    publishAxon: (axon) =>
      dependencies.subnet
        .serveAxon(hotkey, axon, dependencies.hotkeyGuard.guard())
        .pipe(Effect.zipRight(Effect.logInfo("axon published").pipe(Effect.annotateLogs({ ...axon }))))
  })
})

export const layer = (hotkey: KeyPair) => Layer.effect(Sender, make(hotkey))

/** Sends nothing. Dry-runs votes against the contract, so that its refusals show. */
export const dryRun = (hotkey: KeyPair) =>
  Layer.effect(
    Sender,
    Effect.map(Contract, (contract) =>
      Sender.of({
        vote: (vote, _head, name, args) =>
          settledByRefusal(
            vote,
            contract.dryRun(name, args, hotkey.address).pipe(Effect.zipRight(Effect.logInfo(`would send ${name}`)), Effect.as(true))
          ),
        perform: () => Effect.logInfo("would do"),
        setWeights: ({ weights: { uids, values }, epoch, commitReveal }, head) =>
          Effect.logInfo(commitReveal ? "would commit weights" : "would set weights").pipe(
            Effect.annotateLogs({ uids, values, epoch }),
            Effect.as(Option.some(head))
          ),
        commitScores: ({ epoch, sha256 }) => Effect.logInfo("would commit the report").pipe(Effect.annotateLogs({ epoch, sha256 })),
        publishAxon: (axon) => Effect.logInfo("would publish the axon").pipe(Effect.annotateLogs({ ...axon }))
      })
    )
  )
