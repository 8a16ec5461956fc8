/** Two processes with one hotkey ask each other, over the axon, which one is at work. Only the hotkey's own signature counts as an answer. */
import { Context, Effect, Schema } from "effect"
import type { AccountAddress } from "../../../domain/Account.ts"
import { draw, format, type InstanceText, TOKEN } from "../../../domain/InstanceText.ts"
import type { KeyPair } from "../../../domain/KeyPair.ts"
import { Signature, verifyText } from "../../../domain/Signature.ts"
import { SubnetView } from "../../subnet/SubnetView.ts"
import { Dendrite } from "../Dendrite.ts"
import type { AxonTarget } from "../wire/dendrite.ts"

/** This process, to whoever asks. A program without one answers nobody. */
export class Instance extends Context.Reference<Instance>()("gittensor/Instance", {
  defaultValue: (): { readonly id: string; readonly hotkey: KeyPair; readonly atWork: Effect.Effect<boolean> } | undefined => undefined
}) {}

export const InstanceQuestion = Schema.Struct({ question: Schema.String.pipe(Schema.pattern(TOKEN)) })

const InstanceAnswer = Schema.Struct({
  instance: Schema.String.pipe(Schema.pattern(TOKEN)),
  at_work: Schema.Literal("yes", "no"),
  signature: Signature
})
export type InstanceAnswer = typeof InstanceAnswer.Type

type About = Pick<InstanceText, "question" | "instance" | "atWork"> & { readonly hotkey: AccountAddress }

const textOf = (about: About) =>
  Effect.map(SubnetView, ({ genesisHash, netuid, contract }) => format({ genesisHash, netuid, contract, ...about }))

/** The answer to a question from the same hotkey; to anybody else's none. */
export const answer = Effect.fn("Instance.answer")(function* (sender: AccountAddress, { question }: typeof InstanceQuestion.Type) {
  const own = yield* Instance
  if (own === undefined || own.hotkey.address !== sender) return undefined
  const atWork = yield* own.atWork
  const text = yield* textOf({ question, instance: own.id, atWork, hotkey: sender })
  return { instance: own.id, at_work: atWork ? "yes" : "no", signature: own.hotkey.signText(text) } satisfies InstanceAnswer
})

const decodeAnswer = Schema.decodeUnknownOption(InstanceAnswer)

/** The process at an axon, when it proves that it has this hotkey and is at work; whatever else answers there, or nobody: undefined. */
export const askAt = Effect.fn("Instance.askAt")(function* (hotkey: KeyPair, to: AxonTarget) {
  const dendrite = yield* Dendrite
  const question = draw()
  const given = yield* dendrite
    .send({ from: hotkey, to, synapse: "InstanceSynapse", body: { question }, timeout: "5 seconds" })
    .pipe(Effect.option)
  const answered = given._tag === "Some" ? decodeAnswer(given.value) : given
  if (answered._tag === "None") return undefined
  const { instance, at_work, signature } = answered.value
  const atWork = at_work === "yes"
  const text = yield* textOf({ question, instance, atWork, hotkey: hotkey.address })
  return atWork && verifyText(text, signature, hotkey.address) ? instance : undefined
})
