/** Processes that share a hotkey ask each other, over the axon, which one is active. Only an answer signed by the hotkey counts. */
import { Effect, Schema } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import { draw, format, type InstanceText, TOKEN } from "../../domain/InstanceText.ts"
import type { KeyPair } from "../../domain/KeyPair.ts"
import type { AxonTarget } from "../../domain/Metagraph.ts"
import { Signature, verifyText } from "../../domain/Signature.ts"
import { RequestRefused, synapse } from "../chain/axon/AxonEndpoints.ts"
import { Dendrite } from "../chain/axon/Dendrite.ts"
import { InstanceSynapse } from "../chain/axon/wire/synapses.ts"
import { SubnetView } from "../chain/subnet/SubnetView.ts"

/** The process that serves the axon. */
export interface OwnProcess {
  /** Drawn at random at process start. */
  readonly id: string
  readonly hotkey: KeyPair
  /** Whether the process votes. A process on standby does not. */
  readonly atWork: Effect.Effect<boolean>
}

const Question = Schema.Struct({ question: Schema.String.pipe(Schema.pattern(TOKEN)) })

const Answer = Schema.Struct({
  instance: Schema.String.pipe(Schema.pattern(TOKEN)),
  at_work: Schema.Literal("yes", "no"),
  signature: Signature
})

type Claim = Pick<InstanceText, "question" | "instance" | "atWork"> & { readonly hotkey: AccountAddress }

const claimText = (claim: Claim) =>
  Effect.map(SubnetView, ({ genesisHash, netuid, contract }) => format({ genesisHash, netuid, contract, ...claim }))

const decodeQuestion = Schema.decodeUnknown(Question)

/** Answers only requests signed by its own hotkey. */
export const layer = (own: OwnProcess) =>
  synapse({
    synapse: InstanceSynapse,
    callers: "registered",
    handle: (body, sender) =>
      Effect.gen(function* () {
        const { question } = yield* Effect.mapError(
          decodeQuestion(body),
          () => new RequestRefused({ status: 422, text: "the question is not in the form of an InstanceSynapse" })
        )
        if (own.hotkey.address !== sender)
          return yield* new RequestRefused({ status: 403, text: "Forbidden. Only the axon's own hotkey may ask this" })
        const atWork = yield* own.atWork
        const text = yield* claimText({ question, instance: own.id, atWork, hotkey: sender })
        const answer: typeof Answer.Type = { instance: own.id, at_work: atWork ? "yes" : "no", signature: own.hotkey.signText(text) }
        return { question, ...answer }
      })
  })

const decodeAnswer = Schema.decodeUnknownOption(Answer)

/** The id of the process at an axon, if it proves that it has this hotkey and is active; otherwise undefined. */
export const activeProcessAt = Effect.fn("ActiveProcess.askAt")(function* (hotkey: KeyPair, to: AxonTarget) {
  const dendrite = yield* Dendrite
  const question = draw()
  const given = yield* dendrite
    .send({ from: hotkey, to, synapse: InstanceSynapse, body: { question }, timeout: "5 seconds" })
    .pipe(Effect.option)
  const answered = given._tag === "Some" ? decodeAnswer(given.value) : given
  if (answered._tag === "None") return undefined
  const { instance, at_work, signature } = answered.value
  const atWork = at_work === "yes"
  const text = yield* claimText({ question, instance, atWork, hotkey: hotkey.address })
  return atWork && verifyText(text, signature, hotkey.address) ? instance : undefined
})
