/** Common checks of every command that calls the contract: it shows its plan, sends nothing unasked, and refuses unauthorised callers. */
import { assert } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { ask, chainUntouched, command, eventually, fails, jsonOf, keyOf, World } from "../../support/cli/support.ts"

const Planned = Schema.Struct({
  sent: Schema.Literal(false),
  warnings: Schema.Array(Schema.String),
  call: Schema.Struct({
    contract: Schema.String,
    caller: Schema.String,
    message: Schema.String,
    arguments: Schema.Record({ key: Schema.String, value: Schema.Unknown }),
    data: Schema.String.pipe(Schema.pattern(/^0x[0-9a-f]{8,}$/))
  }),
  dryRun: Schema.Struct({
    answer: Schema.Unknown,
    gas: Schema.Struct({ refTime: Schema.NumberFromString, proofSize: Schema.NumberFromString }),
    feeRao: Schema.NumberFromString,
    depositRao: Schema.NumberFromString
  })
})

export interface Who {
  /** The authorised caller's secret URI. Defaults to the owner's. */
  readonly uri?: string
  /** The error for an unauthorised caller, or `anyone` if everybody may call. */
  readonly stranger?: ReadonlyArray<string> | "anyone"
}

/**
 * Asserts that a command prints its plan in JSON and in words, and that it sends nothing with --dry-run, without confirmation, or for an unauthorised
 * caller. Returns the plan.
 */
export const planned = (args: ReadonlyArray<string>, message: string, who: Who = {}) =>
  Effect.gen(function* () {
    const world = yield* World
    const uri = who.uri ?? world.ownerUri
    const { stranger = ["Only the owner", "config show"] } = who
    const caller = yield* keyOf(uri)
    const env = { GITTENSOR_URI: uri }
    const [json, words, unasked, refused] = yield* Effect.all(
      [
        command([...args, "--dry-run", "--json"], env),
        command([...args, "--dry-run"], env),
        command(args, env),
        stranger === "anyone" ? Effect.succeed(undefined) : command([...args, "--yes"], { GITTENSOR_URI: "//Charlie" })
      ],
      { concurrency: 4 }
    ).pipe(chainUntouched(world.endpoint))
    const document = jsonOf(json)
    const plan = yield* Schema.decodeUnknown(Planned)(document)
    assert.deepInclude(plan.call, { contract: world.contract, caller: caller.address, message })
    assert.isAbove(plan.dryRun.gas.refTime, 0)
    assert.isAbove(plan.dryRun.feeRao, 0)
    assert.strictEqual(words.code, 0, words.stderr)
    assert.match(words.stdout, /^would /)
    for (const part of [`${message}(`, plan.call.data, caller.address, "nothing was sent"]) assert.include(words.stdout, part)
    fails(unasked, 2, "It costs a fee of about", "not a terminal", "--yes")
    if (refused !== undefined && stranger !== "anyone") fails(refused, 1, ...stranger)
    return { ...plan, document, words: words.stdout, question: unasked.stderr }
  })

/** Lets the chain build blocks until this one is final. */
export const reached = (block: number) =>
  Effect.gen(function* () {
    const [{ endpoint }, { finalisedHead }] = yield* Effect.all([World, Chain])
    const { number } = yield* finalisedHead
    if (block > number) yield* ask(endpoint, "dev_fastForward", block - number)
    yield* eventually(
      `block ${block}`,
      Effect.map(finalisedHead, (head) => (head.number >= block ? true : undefined))
    )
  })
