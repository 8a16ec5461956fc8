/** What works and what does not. */
import { Config, Console, Effect, Either, Option, Schema } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import { neuronOf } from "../../domain/Metagraph.ts"
import { BLOCKS_PER_DAY } from "../../elo/RatingRules.ts"
import { type BlockReference, Chain, isForgotten } from "../../layers/Chain.ts"
import * as Contract from "../../layers/Contract.ts"
import * as GitHub from "../../layers/GitHub.ts"
import { Subnet } from "../../layers/Subnet.ts"
import { Wallet } from "../../layers/Wallet.ts"
import { alpha, green, red, toJson } from "../../terminal/output.ts"
import type { KeyOptions } from "../options.ts"
import { walletLayer } from "./keys.ts"
import { chainLayer, type Network } from "./layers.ts"

export class SomethingIsWrong extends Schema.TaggedError<SomethingIsWrong>()("SomethingIsWrong", { checks: Schema.Array(Schema.String) }) {
  override get message() {
    return `not in order: ${this.checks.join(", ")}`
  }
}

interface Check {
  readonly name: string
  readonly good: boolean
  readonly detail: string
}

const checked = <A, E extends Error, R>(name: string, check: Effect.Effect<A, E, R>, detail: (value: A) => string) =>
  Effect.map(
    Effect.either(check),
    (outcome): Check => ({
      name,
      good: Either.isRight(outcome),
      detail: Either.isRight(outcome) ? detail(outcome.right) : outcome.left.message
    })
  )

/** How far back the chain's state may be wanted, and what for. */
const PASTS = [
  { blocks: 60 * BLOCKS_PER_DAY, keeps: "60 days: everything can be explained" },
  { blocks: BLOCKS_PER_DAY, keeps: "a day: older rounds can't be explained, which takes an archive node" },
  { blocks: 300, keeps: "an hour: rounds and verdicts work, older ones can't be explained, which takes an archive node" }
] as const

/** The longest past that the node has the state of. A young chain has no longer one than its own. */
const history = Effect.fn("history")(function* (head: BlockReference) {
  const chain = yield* Chain
  for (const { blocks, keeps } of PASTS) {
    const hash = yield* chain.hashOf(Math.min(head.number, Math.max(1, head.number - blocks)))
    const isThere = yield* chain
      .readAt("state of an old block", hash, async (at) => at.query.system?.number?.())
      .pipe(
        Effect.as(true),
        Effect.catchIf(isForgotten, () => Effect.succeed(false))
      )
    if (isThere) return `the endpoint has the state of ${keeps}`
  }
  return yield* Effect.fail(
    new Error(
      `${chain.endpoint} has forgotten the state of an hour ago: a validator may miss rounds and verdicts, above all after a restart; give --endpoint the address of a node that keeps more blocks (--state-pruning), best an archive node`
    )
  )
})

const chainChecks = (address: Option.Option<AccountAddress>) =>
  Effect.gen(function* () {
    const [chain, subnet, wallet] = yield* Effect.all([Chain, Subnet, Wallet])
    const head = yield* chain.finalisedHead
    const metagraph = subnet.metagraph(head)
    return yield* Effect.all([
      checked(
        "chain",
        chain.timeAt(head.hash),
        (time) => `block ${head.number}, ${Math.round((Date.now() - time) / 1000)} s old, ${chain.endpoint}`
      ),
      checked("history", history(head), (kept) => kept),
      checked("subnet", metagraph, ({ neurons }) => `subnet ${subnet.netuid} with ${neurons.length} neurons`),
      checked(
        "hotkey",
        Effect.all([metagraph, wallet.hotkeyAddress]).pipe(
          Effect.flatMap(([graph, hotkey]) => {
            const neuron = neuronOf(graph, hotkey)
            return neuron === undefined
              ? Effect.fail(new Error(`${hotkey} is not registered on subnet ${subnet.netuid}: register it before you validate or mine`))
              : Effect.succeed(neuron)
          })
        ),
        (neuron) => `${neuron.hotkey} is UID ${neuron.uid} with ${alpha(neuron.stake)}${neuron.validatorPermit ? ", validator permit" : ""}`
      ),
      Option.match(address, {
        onNone: () => Effect.succeed<Check>({ name: "contract", good: false, detail: "none given: --contract or GITTENSOR_CONTRACT" }),
        onSome: (at) =>
          checked(
            "contract",
            Contract.make(at).pipe(
              Effect.flatMap((found) =>
                Effect.all([found.read("counts", {}, head), found.read("treasury", {}, head), found.read("validators", {}, head)])
              )
            ),
            ([counts, treasury, validators]) =>
              `${at}: ${counts.issues} issues, ${counts.competitions} competitions, ${validators.length} validators, ${alpha(treasury.allocated)} for bounties, ${alpha(treasury.paid)} paid`
          )
      })
    ])
  })

const unreachable = (error: Error): ReadonlyArray<Check> => [{ name: "chain", good: false, detail: error.message }]

export interface Options {
  readonly network: Network
  readonly contract: Option.Option<AccountAddress>
  readonly key: KeyOptions
  readonly json: boolean
}

export const run = (options: Options) =>
  Effect.gen(function* () {
    const onChain = yield* chainChecks(options.contract).pipe(
      Effect.provide(chainLayer(options.network)),
      Effect.catchAll((error) => Effect.succeed(unreachable(error)))
    )
    const github = yield* Effect.gen(function* () {
      const url = yield* Config.string("GITTENSOR_GITHUB_URL").pipe(Config.withDefault("https://api.github.com"))
      return yield* checked(
        "github",
        Effect.flatMap(GitHub.GitHub, ({ viewer }) => viewer),
        ({ login }) => `${url} answers, the token is ${login}'s`
      )
    }).pipe(Effect.provide(GitHub.layer))
    const checks = [...onChain, github]
    yield* options.json
      ? Console.log(toJson(checks))
      : Effect.forEach(
          checks,
          ({ name, good, detail }) => Console.log(`${good ? green("ok   ") : red("wrong")} ${name.padEnd(9)} ${detail}`),
          {
            discard: true
          }
        )
    const wrong = checks.filter(({ good }) => !good).map(({ name }) => name)
    if (wrong.length > 0) return yield* new SomethingIsWrong({ checks: wrong })
  }).pipe(Effect.provide(walletLayer(options.key)))
