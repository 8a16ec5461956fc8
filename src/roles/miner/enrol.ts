/** Enrols a miner for an issue: signs the enrolment with the hotkey and sends it to every validator with an axon. */

import { Clock, Effect, Either, Schema } from "effect"
import type { Issue } from "../../contract-client/generated.ts"
import { Hash32 } from "../../domain/Account.ts"
import { EXIT } from "../../domain/causes.ts"
import { type Choice, format, IssueId, MAX_WINDOW } from "../../domain/Enrolment.ts"
import { OperationFailed } from "../../domain/failures.ts"
import type { KeyPair } from "../../domain/KeyPair.ts"
import { type Metagraph, neuronOf } from "../../domain/Metagraph.ts"
import { Dendrite, type DendriteError } from "../../layers/chain/axon/Dendrite.ts"
import { EnrolmentSynapse } from "../../layers/chain/axon/wire/synapses.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import { issueByNumber } from "../../layers/chain/contract/findIssue.ts"
import { Chain } from "../../layers/chain/node/Chain.ts"
import { Subnet } from "../../layers/chain/subnet/Subnet.ts"
import type { Enrolling } from "../../story/enrolling.ts"
import { paceAt } from "./calendar.ts"

export const hotkeyUnregistered = (hotkey: string, netuid: number) =>
  new OperationFailed({
    message: `the hotkey ${hotkey} is not registered on subnet ${netuid}: register it first with "gittensor mine register"`
  })

class IssueNotTakeable extends Schema.TaggedError<IssueNotTakeable>()("IssueNotTakeable", {
  issue: Schema.Number,
  status: Schema.String
}) {
  override get message() {
    return `issue ${this.issue} is ${this.status.toLowerCase()}: only issues that are open or being funded take enrolments`
  }
}

/** Every validator that answered refused the enrolment. */
class EnrolmentNotTaken extends Schema.TaggedError<EnrolmentNotTaken>()("EnrolmentNotTaken", { reason: Schema.String }) {
  override get message() {
    return `every validator refused the enrolment: ${this.reason}`
  }
}

class NoValidatorReachable extends Schema.TaggedError<NoValidatorReachable>()("NoValidatorReachable", {
  reason: Schema.String
}) {
  readonly exitCode = EXIT.unanswered
  override get message() {
    return `no validator could be reached: ${this.reason}; try again later`
  }
}

/** One validator's answer to an enrolment. */
export interface Delivery {
  readonly hotkey: string
  readonly axon: string
  readonly answered: boolean
  readonly accepted: boolean
  readonly reason: string
}

/** The contract's validators that publish an axon. */
const reachable = (metagraph: Metagraph, validators: ReadonlyArray<{ readonly hotkey: string }>) =>
  metagraph.neurons.flatMap(({ hotkey, axon }) =>
    axon !== null && validators.some((validator) => validator.hotkey === hotkey) ? [{ hotkey, ...axon }] : []
  )

/** Asks the user to agree to the enrolment's terms. Fails without agreement. */
export type Agree<E, R> = (issue: Issue, terms: Enrolling) => Effect.Effect<void, E, R>

/** Signs the choice and sends it to the validators. Asks `agree` before it signs. Fails if no validator accepts the enrolment. */
export const enrol = Effect.fn("miner.enrol")(function* <E = never, R = never>(
  hotkey: KeyPair,
  issue: number,
  choice: Choice,
  agree: Agree<E, R> = () => Effect.void
) {
  const [chain, subnet, contract, dendrite] = yield* Effect.all([Chain, Subnet, Contract, Dendrite])
  const head = yield* chain.finalisedHead
  const [metagraph, found, { validators }, config, pace] = yield* Effect.all(
    [
      subnet.metagraph(head),
      Effect.either(issueByNumber(issue, head)),
      contract.read("validators", {}, head),
      contract.config,
      paceAt(head)
    ],
    { concurrency: 5 }
  )
  const neuron = neuronOf(metagraph, hotkey.address)
  if (neuron === undefined) return yield* hotkeyUnregistered(hotkey.address, subnet.netuid)
  const stored = yield* found
  if (stored.status._tag !== "Open" && stored.status._tag !== "Funding")
    return yield* new IssueNotTakeable({ issue, status: stored.status._tag })
  const validUntil = head.number + MAX_WINDOW
  yield* agree(stored, { bounty: stored.bounty, config, coldkey: neuron.coldkey, counts: MAX_WINDOW, netuid: subnet.netuid, pace })
  const text = format({
    genesisHash: Hash32.make(chain.genesisHash),
    netuid: subnet.netuid,
    contract: contract.address,
    hotkey: hotkey.address,
    issue: IssueId.make(issue),
    choice,
    // An enrolment replaces those with a lower sequence number. The clock supplies it without a stored counter.
    sequence: yield* Clock.currentTimeMillis,
    validFrom: head.number,
    validUntil
  })
  const signed = { text, signature: hotkey.signText(text) }
  const deliveries = yield* Effect.forEach(
    reachable(metagraph, validators),
    (axon) =>
      dendrite.send({ from: hotkey, to: axon, synapse: EnrolmentSynapse, body: signed }).pipe(
        Effect.either,
        Effect.map((answer): Delivery => deliveryOf(axon, answer))
      ),
    { concurrency: 8 }
  )
  if (deliveries.length === 0)
    return yield* new NoValidatorReachable({ reason: "none of the contract's validators publishes an axon on the subnet" })
  if (deliveries.every(({ accepted }) => !accepted)) {
    const reason = [...new Set(deliveries.map(({ reason }) => reason))].join("; ")
    return yield* deliveries.some(({ answered }) => answered) ? new EnrolmentNotTaken({ reason }) : new NoValidatorReachable({ reason })
  }
  return { issue: stored, choice, validFrom: head.number, validUntil, deliveries }
})

const deliveryOf = (
  axon: { readonly hotkey: string; readonly ip: string; readonly port: number },
  answer: Either.Either<unknown, DendriteError>
): Delivery => ({
  hotkey: axon.hotkey,
  axon: `${axon.ip}:${axon.port}`,
  answered: Either.isRight(answer) || answer.left._tag === "AxonRefused",
  accepted: Either.isRight(answer),
  reason: Either.isRight(answer) ? "accepted" : answer.left.message
})
