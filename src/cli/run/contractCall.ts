/** A call of the contract as a command: tried on the chain, shown by `--dry-run` as it would be sent, confirmed, sent, told. */
import { Effect } from "effect"
import type { ContractEvent, MessageArguments, MessageName, MessageReturn } from "../../contract-client/generated.ts"
import type { AccountAddress } from "../../domain/Account.ts"
import { formatAlpha } from "../../domain/Amount.ts"
import { Contract, type Plan } from "../../layers/Contract.ts"
import type { KeyOptions } from "../options.ts"
import { type Signer, type SignerRole, withSigner } from "./keys.ts"
import { type ContractOptions, contractLayer } from "./layers.ts"
import { type SpendOptions, spend } from "./spend.ts"

export interface CallOptions extends ContractOptions, SpendOptions {
  readonly key: KeyOptions
}

/** What the contract answered: in a dry run without events. */
export interface Answer<Name extends MessageName> {
  readonly value: MessageReturn<Name>
  readonly events: ReadonlyArray<ContractEvent>
}

export interface ContractCall<Name extends MessageName, Facts extends object> {
  readonly message: Name
  readonly args: MessageArguments<Name>
  /** What programs get to know of the call and its answer; the words for people are made of it. */
  readonly facts: (answer: Answer<Name>) => Facts
  /** What it does, to stand after "would": `cancel issue 3`. */
  readonly does: (facts: Facts) => string
  /** What it did, as the first line and more. */
  readonly did: (facts: Facts) => readonly [string, ...ReadonlyArray<string>]
}

/** A call described: the facts get their type from the answer, and the words theirs from the facts. */
export const callOf = <Name extends MessageName, Facts extends object>(call: ContractCall<Name, Facts>) => call

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null

/** A value of the contract's interface as a person reads it: `Solved(hotkey: 5F…, pullRequest: 7)`. */
const showValue = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(showValue).join(", ")}]`
  if (!isRecord(value)) return typeof value === "string" ? value : String(value)
  const { _tag, ...fields } = value
  const shown = Object.entries(fields).map(([name, field]) => (name === "value" ? showValue(field) : `${name}: ${showValue(field)}`))
  if (_tag === undefined) return `{${shown.join(", ")}}`
  return shown.length === 0 ? String(_tag) : `${_tag}(${shown.join(", ")})`
}

const tao = (rao: bigint): string => `${formatAlpha(rao)} TAO`

/** What a call costs its caller beside what it moves: the fee, and the deposit for what it stores. */
const costOf = ({ fee, deposit }: Plan<unknown>): string =>
  deposit === 0n
    ? `a fee of about ${tao(fee)}`
    : `a fee of about ${tao(fee)} and a deposit of ${deposit > 0n ? tao(deposit) : `${tao(-deposit)}, which comes back`}`

const milliseconds = (picoseconds: bigint): string => `${(Number(picoseconds) / 1e9).toFixed(1)} ms`

const planLines = (caller: string, contract: string, args: object, plan: Plan<unknown>): ReadonlyArray<string> => [
  `  call      ${plan.label}(${Object.entries(args)
    .map(([name, value]) => `${name}: ${showValue(value)}`)
    .join(", ")})`,
  `  data      ${plan.data}`,
  `  caller    ${caller}`,
  `  contract  ${contract}`,
  `  answer    ${plan.value === null ? "done" : showValue(plan.value)}`,
  `  gas       ${milliseconds(plan.gas.refTime)} of computation, ${plan.gas.proofSize} bytes of proof`,
  `  cost      ${costOf(plan)}`,
  "nothing was sent"
]

const capitalised = (sentence: string): string => sentence.slice(0, 1).toUpperCase() + sentence.slice(1)

/** Tries a prepared call and takes it the way of every command that spends. */
const carryOut = <Name extends MessageName, Facts extends object>(options: SpendOptions, signer: Signer, call: ContractCall<Name, Facts>) =>
  Effect.gen(function* () {
    const contract = yield* Contract
    const plan = yield* contract.plan(call.message, call.args, signer.address)
    const expected = call.facts({ value: plan.value, events: [] })
    yield* spend(options, {
      planned: {
        ...expected,
        call: { contract: contract.address, caller: signer.address, message: plan.label, arguments: call.args, data: plan.data },
        dryRun: { answer: plan.value, gas: plan.gas, gasLimit: plan.gasLimit, feeRao: plan.fee, depositRao: plan.deposit }
      },
      plannedLines: [`would ${call.does(expected)}`, ...planLines(signer.address, contract.address, call.args, plan)],
      question: `${capitalised(call.does(expected))}? It costs ${costOf(plan)}.`,
      send: Effect.gen(function* () {
        const { value, inclusion, events } = yield* contract.send(call.message, call.args, yield* signer.key, "finalised")
        return { ...call.facts({ value, events }), block: inclusion.block.number, transaction: inclusion.extrinsicHash }
      }),
      doneLines: (done) => {
        const [first, ...more] = call.did(done)
        return [`${first} (block ${done.block}, ${done.transaction})`, ...more]
      }
    })
  })

/** A command that calls the contract: `prepare` checks what was asked and says which call that is. */
export const contractCall = <Name extends MessageName, Facts extends object, E, R>(
  role: SignerRole,
  options: CallOptions,
  prepare: (caller: AccountAddress) => Effect.Effect<ContractCall<Name, Facts>, E, R>
) =>
  withSigner(role, options, (signer) =>
    prepare(signer.address).pipe(
      Effect.flatMap((call) => carryOut(options, signer, call)),
      Effect.provide(contractLayer(options))
    )
  )
