/** A subnet's end in the index: the payments, and the API's answers about the contract. */
import { SqlClient } from "@effect/sql"
import { assert, describe, it } from "@effect/vitest"
import { Effect, HashMap, Schema } from "effect"
import { longestWait } from "../../../lab/contract-model/ending.ts"
import type { Claim } from "../../../src/contract-client/generated.ts"
import { Config } from "../../../src/dashboard/api/definition/chain.ts"
import { makeApply } from "../../../src/dashboard/indexer/apply/apply.ts"
import type { AccountAddress } from "../../../src/domain/Account.ts"
import { asked } from "../../support/api/support.ts"
import { variants } from "../../support/database/support.ts"
import { minerOf, Story } from "../../support/indexer/story.ts"

const TAO = 5_000_000_000n
const COLLECTED = 70_000_000n

/** A random history whose subnet ends, followed by everything that happens after an end. */
const ended = () => {
  const story = new Story(7).play(80)
  const { owner } = story.world.state
  const tao = { contract: TAO, treasury: COLLECTED }
  story.world = { ...story.world, subnet: { ...story.world.subnet, exists: false, tao } }
  story.reach(story.block + 1)
  assert.isTrue(story.send(owner, "windUp", {}))
  story.reach(story.block + story.world.state.config.day)
  const at = story.block
  assert.isTrue(story.send(owner, "windUp", {}))
  assert.isFalse(story.send(owner, "harvest", {}))
  const claims = [...HashMap.keys(story.world.state.collaterals)].map((key): Claim => {
    const [hotkey = "", coldkey = ""] = key.split("/")
    // stakeKey joined these two
    return { _tag: "Collateral", hotkey: hotkey as AccountAddress, coldkey: coldkey as AccountAddress }
  })
  const paid = claims.filter((claim) => story.send(owner, "claim", { claim })).length
  assert.isAbove(paid, 0)
  story.reach(at + 2 * longestWait(story.world.state.config) + 1)
  assert.isTrue(story.send(owner, "assignRest", { to: owner }))
  story.reach(story.block + story.world.state.config.ownerDelay)
  assert.isTrue(story.send(owner, "apply", { change: story.world.state.changeCount }))
  assert.isTrue(story.send(owner, "claim", { claim: { _tag: "Rest" } }))
  story.reach(story.block + 1)
  // The netuid now belongs to another subnet.
  story.register(minerOf(99), story.block)
  story.reach(story.block + 1)
  return { story, at, paid }
}

for (const { name, skip, layer } of variants) {
  describe.skipIf(skip)(`an ended subnet in the index, ${name}`, () => {
    it.scoped("is shown with what was paid, and each payment as an event", () =>
      Effect.gen(function* () {
        const { at, paid, story } = ended()
        const sql = yield* SqlClient.SqlClient
        const apply = yield* makeApply
        const get = yield* asked
        const config = Effect.flatMap(get("/v1/config"), ({ body }) => Schema.decodeUnknown(Config)(body))
        const before = story.blocks.filter(({ number }) => number < at)
        yield* sql.withTransaction(apply(before))
        assert.isNull((yield* config).ended)
        yield* sql.withTransaction(apply(story.blocks.slice(before.length)))

        const { claimed, owner } = story.world.state
        const shown = (yield* config).ended
        assert.deepInclude(shown, { tao: TAO, paid: claimed, restTo: owner })
        assert.strictEqual(shown?.at.block, at)
        assert.isTrue(shown !== null && shown.claims > 0n && shown.claims <= shown.booked)
        const kinds = yield* sql<{ kind: string; n: number }>`SELECT kind, count(*)::int AS n FROM config_changes
          WHERE kind IN ('WoundUp', 'ClaimPaid', 'RestAssigned') GROUP BY kind ORDER BY kind COLLATE "C"`
        assert.deepStrictEqual(
          kinds.map(({ kind, n }) => [kind, n]),
          [
            ["ClaimPaid", paid + 1],
            ["RestAssigned", 1],
            ["WoundUp", 1]
          ]
        )
        assert.deepStrictEqual(yield* sql`SELECT uid FROM miners WHERE hotkey = ${minerOf(99).hotkey}`, [])
      }).pipe(Effect.provide(layer))
    )
  })
}
