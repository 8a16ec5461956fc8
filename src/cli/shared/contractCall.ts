/** The common sequence of commands that call the contract: dry run, then print the plan (`--dry-run`) or ask, send, and print the result. */
import { Effect, Predicate } from "effect"
import type { ContractEvent, MessageArguments, MessageName, MessageReturn } from "../../contract-client/generated.ts"
import type { AccountAddress } from "../../domain/Account.ts"
import { formatAlpha } from "../../domain/Amount.ts"
import type { KeyPair } from "../../domain/KeyPair.ts"
import { type Besides, Contract, type Gas, type Plan, type ReadError } from "../../layers/chain/contract/Contract.ts"
import type { BlockReference } from "../../layers/chain/node/BlockReference.ts"
import type { Chain, Inclusion, SubmitError } from "../../layers/chain/node/Chain.ts"
import { yellow } from "../../layers/machine/terminal/output.ts"
import { type ContractOptions, contractLayer } from "./chainServices.ts"
import { type Signer, type SignerRole, withSigner } from "./keys.ts"
import type { KeyOptions } from "./options.ts"
import { type SpendOptions, spend } from "./spend.ts"

export interface CallOptions extends ContractOptions, SpendOptions {
  readonly key: KeyOptions
}

/** The contract's result. A dry run has no events. */
export interface Answer<Name extends MessageName> {
  readonly value: MessageReturn<Name>
  readonly events: ReadonlyArray<ContractEvent>
}

export interface ContractCall<Name extends MessageName, Facts extends object> extends Besides {
  readonly message: Name
  readonly args: MessageArguments<Name>
  /** The output of `--json` about the call and its result; `does` and `did` turn it into sentences. */
  readonly facts: (answer: Answer<Name>) => Facts
  /** The planned effect, as a phrase that follows "would": `cancel issue 3`. */
  readonly does: (facts: Facts) => string
  /** The actual effect, in one or more lines. */
  readonly did: (facts: Facts) => readonly [string, ...ReadonlyArray<string>]
  /** Warnings for the signer before sending. */
  readonly warnings?: ReadonlyArray<string>
  readonly before?: Preparation<Facts>
  /** Looks, in the call's block, at what it did. */
  readonly proof?: (at: BlockReference) => Effect.Effect<{ readonly says: string }, ReadError, Contract>
}

/** A transaction to send first. Until then the contract refuses the call, so its effect is foreseen without a dry run. */
export interface Preparation<Facts extends object> {
  readonly does: string
  readonly foreseen: Facts
  /** The most that the call is expected to use. */
  readonly gas: Gas
  readonly send: (key: KeyPair) => Effect.Effect<Inclusion, SubmitError, Chain>
}

/** Lets TypeScript infer the type of `facts` from the answer, and the arguments of `does` and `did` from `facts`. */
export const callOf = <Name extends MessageName, Facts extends object>(call: ContractCall<Name, Facts>) => call

/** A readable form of a contract value: `Solved(hotkey: 5F…, pullRequest: 7)`. */
const showValue = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(showValue).join(", ")}]`
  if (!Predicate.isReadonlyRecord(value)) return typeof value === "string" ? value : String(value)
  const { _tag, ...fields } = value
  const shown = showFields(fields)
  if (_tag === undefined) return `{${shown}}`
  return shown === "" ? String(_tag) : `${_tag}(${shown})`
}

const showFields = (fields: object): string =>
  Object.entries(fields)
    .map(([name, field]) => (name === "value" ? showValue(field) : `${name}: ${showValue(field)}`))
    .join(", ")

const tao = (rao: bigint): string => `${formatAlpha(rao)} TAO`

const costOf = ({ fee, deposit }: Pick<Plan<unknown>, "fee" | "deposit">): string =>
  deposit === 0n
    ? `a fee of about ${tao(fee)}`
    : deposit > 0n
      ? `a fee of about ${tao(fee)} and a deposit of ${tao(deposit)}`
      : `a fee of about ${tao(fee)}, and returns a deposit of ${tao(-deposit)}`

const milliseconds = (picoseconds: bigint): string => `${(Number(picoseconds) / 1e9).toFixed(1)} ms`

const warningLines = (warnings: ReadonlyArray<string>) => warnings.map((warning) => yellow(`warning: ${warning}`))

const capitalised = (sentence: string): string => sentence.slice(0, 1).toUpperCase() + sentence.slice(1)

/** Dry-runs a prepared call, then shows it or sends it. */
const carryOut = <Name extends MessageName, Facts extends object>(
  options: SpendOptions,
  signer: Signer,
  { message, args, warnings = [], before, proof, isUrgent, remark, ...call }: ContractCall<Name, Facts>
) =>
  Effect.gen(function* () {
    const contract = yield* Contract
    const tried =
      before === undefined
        ? yield* Effect.map(contract.plan(message, args, signer.address, remark), (plan) => ({
            ...plan,
            expected: call.facts({ value: plan.value, events: [] }),
            answer: plan.value === null ? "done" : showValue(plan.value),
            dryRun: { answer: plan.value }
          }))
        : yield* Effect.map(contract.price(message, args, signer.address, before.gas, remark), (price) => ({
            ...price,
            gas: before.gas,
            deposit: 0n,
            expected: before.foreseen,
            answer: "not tried before that; it is before it is sent",
            dryRun: { before: before.does }
          }))
    const { data, expected } = tried
    const does = before === undefined ? call.does(expected) : `${before.does}, then ${call.does(expected)}`
    yield* spend(options, {
      planned: {
        ...expected,
        warnings,
        call: {
          contract: contract.address,
          caller: signer.address,
          message: tried.label,
          arguments: args,
          data,
          ...(remark === undefined ? {} : { remark })
        },
        dryRun: { ...tried.dryRun, gas: tried.gas, gasLimit: tried.gasLimit, feeRao: tried.fee, depositRao: tried.deposit }
      },
      plannedLines: [
        `would ${does}`,
        ...warningLines(warnings),
        `  call      ${tried.label}(${showFields(args)})`,
        `  data      ${data}`,
        ...(remark === undefined ? [] : [`  remark    ${remark}`]),
        `  caller    ${signer.address}`,
        `  contract  ${contract.address}`,
        `  answer    ${tried.answer}`,
        `  gas       ${milliseconds(tried.gas.refTime)} of computation, ${tried.gas.proofSize} bytes of proof`,
        `  cost      ${costOf(tried)}`,
        "nothing was sent"
      ],
      question: [...warnings.map((warning) => `Warning: ${warning}.`), `${capitalised(does)}? It costs ${costOf(tried)}.`].join(" "),
      send: Effect.gen(function* () {
        const key = yield* signer.key
        if (before !== undefined) yield* before.send(key)
        const { value, inclusion, events } = yield* contract.send(message, args, key, "finalised", undefined, { isUrgent, remark })
        const proved = proof === undefined ? {} : { proof: yield* proof(inclusion.block) }
        const { number: block } = inclusion.block
        return { ...call.facts({ value, events }), ...proved, warnings, block, transaction: inclusion.extrinsicHash }
      }),
      doneLines: (done) => {
        const [first, ...more] = call.did(done)
        const proved = done.proof === undefined ? [] : [done.proof.says]
        return [`${first} (block ${done.block}, ${done.transaction})`, ...more, ...proved, ...warningLines(warnings)]
      }
    })
  })

/** Runs a command that calls the contract; `prepare` checks the request and describes the call. */
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

/** The same, for a call by the coldkey that needs no check. */
export const plainCall = <Name extends MessageName, Facts extends object>(options: CallOptions, call: ContractCall<Name, Facts>) =>
  contractCall("coldkey", options, () => Effect.succeed(call))
