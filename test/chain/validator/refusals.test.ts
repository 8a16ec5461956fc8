/**
 * Weights that the chain refuses: each refusal has a name, comes from the dev chain's runtime, and is predicted by the rules checked before sending.
 */
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer, Redacted } from "effect"
import * as fc from "fast-check"
import * as Chain from "../../../src/layers/chain/node/Chain.ts"
import { TransactionFailed, TransactionRefused } from "../../../src/layers/chain/node/errors.ts"
import { namingRefusals, refusalOf, type WeightRefusal } from "../../../src/layers/chain/subnet/refusals.ts"
import * as Subnet from "../../../src/layers/chain/subnet/Subnet.ts"
import { keyPairOf } from "../../../src/layers/chain/wallet/secretUri.ts"
import { alpha, netuid, stage } from "../../support/runtime/support.ts"

const keyOf = (uri: string) => keyPairOf(Redacted.make(uri)).pipe(Effect.orDie)

const subnetAt = (endpoint: string, of = netuid) =>
  Effect.map(Layer.build(Layer.provideMerge(Subnet.layer(of), Chain.layer([endpoint]))), Context.get(Subnet.Subnet))

/** The refusal's name and message, or "done". */
const outcome = <A, E extends { readonly _tag: string; readonly message: string }, R>(sent: Effect.Effect<A, E, R>) =>
  sent.pipe(
    Effect.as("done"),
    Effect.catchAll((error) => {
      if (error._tag !== "WeightsRefused" || !("refusal" in error)) return Effect.succeed(`${error._tag}: ${error.message}`)
      assert.match(error.message, /^subnet \d+ refuses these weights: \w+( \(.*\))?: \S.*$/)
      return Effect.succeed(String(error.refusal))
    })
  )

describe("weights that the chain refuses", () => {
  it.scopedLive("are reported by name", () =>
    Effect.gen(function* () {
      const { attempt, sudo, address, node } = yield* stage(() => ({
        subnet: { weightsVersionKey: 10 },
        pallet: { stakeThreshold: Number(alpha) }
      }))
      assert.strictEqual(yield* attempt("Cold3", "subtensorModule", "burnedRegister", netuid, address("Hot3")), "done")
      const subnet = yield* subnetAt(node.endpoint)
      const [one, three, stranger] = yield* Effect.all([keyOf("//Hot1"), keyOf("//Hot3"), keyOf("//Cold5")])
      const set = (signer: typeof one, uids: ReadonlyArray<number>, values: ReadonlyArray<number>, versionKey = 10, mechanism?: number) =>
        outcome(subnet.setWeights(signer, { uids, values, versionKey, mechanism }))
      assert.strictEqual(yield* set(one, [3, 1], [1]), "WeightVecNotEqualSize")
      assert.strictEqual(
        yield* outcome((yield* subnetAt(node.endpoint, 75)).setWeights(one, { uids: [3], values: [1], versionKey: 10 })),
        "CommitRevealEnabled" // on every other subnet, weights are committed unless it was set otherwise
      )
      assert.strictEqual(yield* sudo("adminUtils", "sudoSetCommitRevealWeightsEnabled", 0, false), "done")
      assert.strictEqual(
        yield* outcome((yield* subnetAt(node.endpoint, 0)).setWeights(one, { uids: [3], values: [1], versionKey: 10 })),
        "CanNotSetRootNetworkWeights"
      )
      assert.strictEqual(yield* set(one, [0, 1, 2, 3, 4], [1, 1, 1, 1, 1]), "UidsLengthExceedUidsInSubNet")
      assert.strictEqual(yield* set(stranger, [3], [1]), "HotKeyNotRegisteredInSubNet")
      assert.strictEqual(yield* set(three, [1], [1]), "NotEnoughStakeToSetWeights")
      assert.strictEqual(yield* set(one, [3], [1], 9), "IncorrectWeightVersionKey")
      assert.strictEqual(yield* set(one, [3, 3], [1, 1]), "DuplicateUids")
      assert.strictEqual(yield* set(one, [4], [1]), "UidVecContainInvalidOne")
      assert.strictEqual(yield* sudo("adminUtils", "sudoSetMinAllowedWeights", netuid, 2), "done")
      assert.strictEqual(yield* set(one, [3], [1]), "WeightVecLengthIsLow")
      assert.strictEqual(yield* attempt("Cold3", "subtensorModule", "addStake", address("Hot3"), netuid, 2n * alpha), "done")
      assert.strictEqual(yield* set(three, [1, 2], [1, 1]), "NeuronNoValidatorPermit")
      assert.strictEqual(yield* set(one, [2, 3], [1, 2], 10, 1), "MechanismDoesNotExist")
      assert.strictEqual(yield* set(one, [2, 3], [1, 2], 10, 0), "done")
      assert.strictEqual(yield* sudo("adminUtils", "sudoSetWeightsSetRateLimit", netuid, 100), "done")
      assert.strictEqual(yield* set(one, [2, 3], [1, 2]), "SettingWeightsTooFast")
    })
  )

  it.scopedLive("are reported by name on committing", () =>
    Effect.gen(function* () {
      const { sudo, read, node, address } = yield* stage()
      const subnet = yield* subnetAt(node.endpoint)
      const [one, stranger] = yield* Effect.all([keyOf("//Hot1"), keyOf("//Cold5")])
      const weights = { uids: [0, 2], values: [1, 65_535], versionKey: 5_000 }
      const commit = (mechanism?: number, signer = one) => outcome(subnet.commitWeights(signer, { ...weights, mechanism }))
      assert.strictEqual(yield* commit(), "CommitRevealDisabled")
      assert.strictEqual(yield* sudo("adminUtils", "sudoSetCommitRevealWeightsEnabled", netuid, true), "done")
      assert.strictEqual(yield* outcome(subnet.setWeights(one, weights)), "CommitRevealEnabled")
      assert.strictEqual(yield* commit(undefined, stranger), "HotKeyNotRegisteredInSubNet")
      assert.strictEqual(yield* commit(1), "MechanismDoesNotExist")
      const many = Array.from({ length: 1_500 }, (_, uid) => uid)
      assert.strictEqual(yield* outcome(subnet.commitWeights(one, { uids: many, values: many, versionKey: 0 })), "CommitPayloadTooLarge")
      assert.strictEqual(yield* commit(), "done")
      assert.strictEqual(yield* commit(0), "done")
      const commits = (yield* read("timelockedWeightCommits", netuid, 0)) as ReadonlyArray<readonly [string, number, string, number]>
      assert.deepStrictEqual(
        commits.map(([who, , bytes]) => [who, bytes.length / 2 - 1]),
        [0, 1].map(() => [address("Hot1"), 33 + 2 * 5 + 8 + 244])
      )
      for (let count = 2; count < 10; count++) assert.strictEqual(yield* commit(), "done")
      assert.strictEqual(yield* commit(), "TooManyUnrevealedCommits")
      assert.strictEqual(yield* sudo("adminUtils", "sudoSetWeightsSetRateLimit", netuid, 100), "done")
      assert.strictEqual(yield* commit(), "CommittingWeightsTooFast")
    })
  )

  it.scopedLive("are predicted: the checks before sending agree with the chain", () =>
    Effect.gen(function* () {
      const { node, sudo } = yield* stage(() => ({ subnet: { weightsVersionKey: 3, minAllowedWeights: 2 } }))
      const subnet = yield* subnetAt(node.endpoint)
      assert.strictEqual(yield* sudo("adminUtils", "sudoSetMinAllowedWeights", netuid, 2), "done")
      const one = yield* keyOf("//Hot1")
      const limits = { versionKey: 3n, minimumWeights: 2, maximumShare: 65_535, neurons: 3 }
      const uids = fc.oneof(fc.subarray([0, 1, 2], { minLength: 1 }), fc.array(fc.nat(4), { minLength: 1, maxLength: 4 }))
      const random = fc.sample(
        fc.tuple(
          uids,
          fc.array(fc.integer({ min: 1, max: 65_535 }), { minLength: 4, maxLength: 4 }),
          fc.integer({ min: 2, max: 4 }),
          fc.nat(9)
        ),
        24
      )
      const accepted: (typeof random)[number] = [[0, 1, 2], [1, 2, 65_535, 1], 3, 1]
      const old: (typeof random)[number] = [[0, 1, 2], [1, 2, 65_535, 1], 2, 1]
      const cases = [accepted, old, ...random]
      const seen = new Set<string>()
      for (const [named, all, version, odd] of cases) {
        const values = all.slice(0, odd === 0 ? 4 : named.length)
        const versionKey = BigInt(version)
        const foretold = refusalOf(netuid, 1, limits, { uids: named, values, versionKey })?.refusal ?? "done"
        assert.strictEqual(
          yield* outcome(subnet.setWeights(one, { uids: named, values, versionKey })),
          foretold,
          JSON.stringify([named, values, version])
        )
        seen.add(foretold)
      }
      assert.includeMembers([...seen], ["done", "IncorrectWeightVersionKey"])
    })
  )

  it("that are too large for one UID are predicted, unless a hotkey weighs only itself", () => {
    const limits = { versionKey: 0n, minimumWeights: 1, maximumShare: 32_767, neurons: 4 }
    const of = (uids: ReadonlyArray<number>, values: ReadonlyArray<number>, own = 0) =>
      refusalOf(74, own, limits, { uids, values, versionKey: 0n })?.refusal
    assert.strictEqual(of([1, 2], [65_535, 65_535]), "MaxWeightExceeded")
    assert.strictEqual(of([1, 2, 3], [65_535, 65_535, 65_535]), undefined)
    assert.strictEqual(of([1], [65_535]), "MaxWeightExceeded")
    assert.strictEqual(of([1], [65_535], 1), undefined)
  })

  it.effect("are refused by number before a block includes them, and nothing else changes", () =>
    Effect.gen(function* () {
      const signer = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
      const refused = (reason: string) =>
        Effect.fail(new TransactionRefused({ label: "set_weights", signer, reason })).pipe(namingRefusals(74), Effect.flip)
      const numbers: ReadonlyArray<readonly [number, WeightRefusal]> = [
        [1, "NotEnoughStakeToSetWeights"],
        [3, "SubnetNotExists"],
        [6, "RateLimitExceeded"],
        [15, "InvalidRevealRound"],
        [18, "InputLengthsUnequal"],
        [19, "HotKeyNotRegisteredInSubNet"]
      ]
      for (const [number, refusal] of numbers)
        assert.deepInclude(yield* refused(`1010: Invalid Transaction: Custom error: ${number}`), { _tag: "WeightsRefused", refusal })
      assert.strictEqual((yield* refused("1010: Invalid Transaction: Custom error: 99"))._tag, "TransactionRefused")
      assert.strictEqual((yield* refused("1014: Priority is too low"))._tag, "TransactionRefused")
      const failed = new TransactionFailed({ label: "set_weights", section: "balances", name: "InsufficientBalance", documentation: "" })
      assert.strictEqual((yield* Effect.fail(failed).pipe(namingRefusals(74), Effect.flip))._tag, "TransactionFailed")
    })
  )
})
