/** A node that has pruned old state: a validator's remaining knowledge about a competition's start, and the doctor's finding about such a node. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Layer } from "effect"
import { Chain, layer as chainLayer, isPruned } from "../../../src/layers/chain/node/Chain.ts"
import * as Subnet from "../../../src/layers/chain/subnet/Subnet.ts"
import * as GitHubAccounts from "../../../src/layers/github/accounts/GitHubAccounts.ts"
import { GitHub } from "../../../src/layers/github/GitHub.ts"
import { link } from "../../support/bittensor/commitments.ts"
import { fund, keyOf, NETUID, run } from "../../support/cli/support.ts"
import { devChain } from "../../support/devnet/support.ts"
import { service, story } from "../../support/github/story.ts"

const RETENTION = 12
const services = (endpoint: string) => Subnet.layer(NETUID).pipe(Layer.provideMerge(chainLayer([endpoint])))

describe("a node without old state", () => {
  it.scopedLive("still provides the times of blocks, and links that have not changed since", () =>
    Effect.gen(function* () {
      const { chain: node, endpoint } = yield* devChain({ retention: RETENTION }).pipe(Effect.orDie)
      const [staying, changing] = yield* Effect.all([keyOf("//Validator1"), keyOf("//Validator2")])
      const { url, observer } = yield* story()
      const github = yield* service(url, [observer.token])
      yield* Effect.gen(function* () {
        const [chain, subnet] = yield* Effect.all([Chain, Subnet.Subnet])
        const accounts = Effect.provideService(GitHubAccounts.make, GitHub, github)
        yield* fund([staying.address, changing.address], 1_000_000_000n)
        yield* subnet.setCommitment(staying, link(11, "aaaaaaaa"))
        yield* subnet.setCommitment(changing, link(22, "bbbbbbbb"))
        const newest = () => ({ number: node.head().number, hash: `0x${node.head().hash}` })
        const then = newest()
        const [time, seen] = yield* Effect.all([
          chain.timeAt(then.hash),
          Effect.flatMap(accounts, (all) => all.claimedAt(then, [staying.address, changing.address]))
        ])
        yield* subnet.setCommitment(changing, link(33, "cccccccc"))
        yield* Effect.orDie(node.fastForward(2 * RETENTION))
        const now = newest()

        // From a new process without any cache.
        yield* Effect.gen(function* () {
          const [chain, all] = yield* Effect.all([Chain, accounts])
          const lost = yield* Effect.either(chain.readAt("state", then.hash, async (at) => at.query.system?.number?.()))
          assert.isTrue(Either.isLeft(lost) && isPruned(lost.left))
          assert.strictEqual(yield* chain.timeAt(then.hash), time)
          assert.deepStrictEqual(yield* all.claimedAt(then, [staying.address], now), new Map([[staying.address, 11]]))
          // The link at that time is unknown, so it must not affect a verdict.
          const unknown = yield* Effect.flip(all.claimedAt(then, [staying.address, changing.address], now))
          assert.isTrue(isPruned(unknown))
        }).pipe(Effect.provide(Layer.fresh(services(endpoint))))
        assert.deepStrictEqual([...seen.values()], [11, 22])
      }).pipe(Effect.provide(services(endpoint)))
    })
  )

  it.scopedLive("is named by the doctor, with what to do", () =>
    Effect.gen(function* () {
      const short = yield* devChain({ retention: RETENTION }).pipe(Effect.orDie)
      const whole = yield* devChain().pipe(Effect.orDie)
      yield* Effect.orDie(short.chain.fastForward(3 * RETENTION))
      const historyOf = (endpoint: string) =>
        Effect.map(
          run(["doctor", "--json", "--role", "validator", "--within", "60", "--endpoint", endpoint], {
            GITTENSOR_URI: "//Alice",
            GITTENSOR_GITHUB_URL: "http://127.0.0.1:9"
          }),
          (outcome) => {
            const checks: ReadonlyArray<{
              readonly name: string
              readonly good: boolean
              readonly detail: string
              readonly hint: string | null
            }> = JSON.parse(outcome.stdout)
            return checks.find(({ name }) => name === "history")
          }
        )
      const forgetful = yield* historyOf(short.endpoint)
      assert.isFalse(forgetful?.good)
      assert.match(forgetful?.detail ?? "", /has pruned/)
      assert.match(forgetful?.hint ?? "", /--endpoint.*archive node/)
      const archive = yield* historyOf(whole.endpoint)
      assert.isTrue(archive?.good)
      assert.match(archive?.detail ?? "", /60 days/)
    })
  )
})
