/** The subnet's current state in the index, compared with the chain. */
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Logger, LogLevel } from "effect"
import { refreshHead } from "../../../src/dashboard/indexer/refresh/head.ts"
import type { AccountAddress } from "../../../src/domain/Account.ts"
import * as Contract from "../../../src/layers/chain/contract/Contract.ts"
import * as Chain from "../../../src/layers/chain/node/Chain.ts"
import { ChainUnavailable } from "../../../src/layers/chain/node/errors.ts"
import { freeBalanceOf } from "../../../src/layers/chain/node/funds.ts"
import * as Subnet from "../../../src/layers/chain/subnet/Subnet.ts"
import { link, overwrite, raw } from "../../support/bittensor/commitments.ts"
import { keyOf as keyPairOf } from "../../support/cli/support.ts"
import { account, VALIDATORS } from "../../support/contract/accounts.ts"
import { dissolved } from "../../support/contract/ending.ts"
import { world } from "../../support/contract/newWorld.ts"
import { NETUID } from "../../support/contract/subnet.ts"
import { submit } from "../../support/contract/transactions.ts"
import { variants } from "../../support/database/support.ts"
import { index, on } from "../../support/indexer/chain.ts"
import { contents } from "../../support/indexer/tables.ts"

/** The UIDs in the tables beside those on the chain. */
const both = Effect.gen(function* () {
  const [sql, subnet, chain] = yield* Effect.all([SqlClient, Subnet.Subnet, Chain.Chain])
  const { neurons } = yield* subnet.metagraph(yield* chain.finalisedHead)
  const rows = yield* sql`SELECT uid, hotkey, coldkey, registered_at FROM miners WHERE uid IS NOT NULL ORDER BY uid`
  return [rows, neurons.map(({ uid, hotkey, coldkey, registeredAt }) => ({ uid, hotkey, coldkey, registered_at: registeredAt }))] as const
})

const stakes = Effect.flatMap(
  SqlClient,
  (sql) => sql<{ readonly hotkey: string; readonly day: string; readonly weight: string; readonly block: number }>`
    SELECT hotkey, day::text, weight::text, block FROM validator_stakes ORDER BY day, hotkey COLLATE "C"`
)

const price = Effect.flatMap(SqlClient, (sql) => sql`SELECT alpha_price::text AS tao, alpha_price_at AS at FROM chain`)

const weights = Effect.map(
  Effect.flatMap(Contract.Contract, ({ read }) => read("validators", {})),
  ({ validators }) =>
    validators.map(({ hotkey, weight }) => ({ hotkey, weight: weight.toString() })).toSorted((a, b) => (a.hotkey < b.hotkey ? -1 : 1))
)

for (const { name, skip, layer } of variants) {
  describe.skipIf(skip)(`the head in the index, ${name}`, () => {
    it.scopedLive(
      "shows who holds which UID, their GitHub accounts, the validators' endpoints, the weight of their votes and the price of alpha",
      () =>
        Effect.gen(function* () {
          const of = yield* world()
          yield* Effect.gen(function* () {
            const [sql, subnet] = yield* Effect.all([SqlClient, Subnet.Subnet])
            const first = yield* index
            assert.deepInclude(first.done, { block: first.at.number, validators: 3, days: 0 })
            assert.deepStrictEqual(...(yield* both))
            assert.deepStrictEqual(
              (yield* stakes).map(({ hotkey, weight }) => ({ hotkey, weight })),
              yield* weights
            )
            const free = yield* sql<{
              readonly hotkey: AccountAddress
              readonly free: string
            }>`SELECT hotkey, free::text FROM validator_stakes`
            for (const one of free) assert.strictEqual(BigInt(one.free), yield* freeBalanceOf(one.hotkey, first.at), one.hotkey)
            assert.deepStrictEqual(yield* price, [{ tao: "1000000000", at: first.at.number }])
            const known = yield* contents
            assert.deepInclude((yield* index).done, { block: first.at.number })
            assert.deepStrictEqual(yield* contents, known, "looking again changes nothing")

            const [one, two] = yield* Effect.all([keyPairOf("//Validator1"), keyPairOf("//Validator2")])
            yield* subnet.serveAxon(one, { ip: "10.1.2.3", port: 8091 })
            yield* subnet.setCommitment(one, link(11, "aaaaaaaa"))
            yield* overwrite(two, raw("of another program"))
            yield* of.forceStake(one.address, yield* account("//Validator1//cold"), 7_000_000_000n)
            // A name with a character that reverses the text direction, and one of the chain's maximum length.
            for (const [who, called] of [
              ["//Validator1//cold", "Open\u202etensor\u0000 Foundation"],
              ["//Validator2//cold", "n".repeat(256)]
            ] as const) {
              yield* of.give(who)
              yield* submit(of.api, who, "subtensorModule", "setIdentity", called, "", "", "https://evil.example/x.png", "", "", "")
            }
            yield* of.sudo("adminUtils", "devSetAlphaPrice", NETUID, 62_500_000)
            // As after a swap or a pruning: other hotkeys hold their UIDs now.
            yield* sql`UPDATE miners SET uid = NULL WHERE uid = 0`
            yield* sql`UPDATE miners SET uid = 0, coldkey = NULL WHERE uid = 1`
            yield* sql`INSERT INTO miners (hotkey, uid, first_seen_at) VALUES (${yield* account("//Gone")}, 1, ${first.at.number})`
            const second = yield* index
            assert.deepStrictEqual(yield* price, [{ tao: "62500000", at: second.at.number }])
            assert.deepStrictEqual(...(yield* both))
            const linked = yield* sql`SELECT hotkey, github_account FROM miners WHERE github_account IS NOT NULL`
            assert.deepStrictEqual(linked, [{ hotkey: one.address, github_account: 11 }])
            const links = yield* sql`SELECT hotkey, account, gist FROM github_links`
            assert.deepStrictEqual(links, [{ hotkey: one.address, account: 11, gist: "aaaaaaaa" }])
            const validators = yield* sql`SELECT hotkey, uid, permit, axon FROM validators ORDER BY axon NULLS LAST`
            assert.deepStrictEqual(validators[0], { hotkey: one.address, uid: 1, permit: true, axon: "10.1.2.3:8091" })
            assert.deepStrictEqual(validators[1]?.axon, null)
            const called = yield* sql`SELECT name FROM validators WHERE name IS NOT NULL ORDER BY length(name)`
            assert.deepStrictEqual(
              called.map(({ name }) => name),
              ["Opentensor Foundation", `${"n".repeat(39)}…`]
            )
            assert.deepStrictEqual(
              (yield* stakes).map(({ hotkey, weight }) => ({ hotkey, weight })),
              yield* weights
            )
            assert.strictEqual((yield* stakes).find(({ hotkey }) => hotkey === one.address)?.weight, "7000000000")

            const newest = yield* contents
            yield* refreshHead(first.at)
            assert.deepStrictEqual(yield* contents, newest, "an earlier block's state comes too late")
            const [gone, later] = [yield* account("//Gone"), second.at.number + 1]
            yield* sql`UPDATE miners SET uid = NULL WHERE uid = 0`
            yield* sql`UPDATE miners SET uid = 0 WHERE hotkey = ${gone}`
            yield* sql`INSERT INTO registrations (uid, registered_at, held_from, hotkey) VALUES (0, ${later}, ${later}, ${gone})`
            yield* refreshHead(second.at)
            assert.deepStrictEqual(yield* sql`SELECT hotkey FROM miners WHERE uid = 0`, [{ hotkey: gone }], "a later block said so")
            yield* sql`DELETE FROM registrations WHERE held_from = ${later}`
            yield* index
            assert.deepStrictEqual(...(yield* both))

            const miners = sql`SELECT uid, hotkey, github_account FROM miners ORDER BY uid`
            const last = yield* miners
            yield* dissolved(of)
            assert.deepInclude((yield* index).done, { neurons: 0 })
            assert.deepStrictEqual(yield* miners, last, "whoever was there at the end stays")
            assert.deepStrictEqual(yield* price, [{ tao: null, at: null }])
          }).pipe(Effect.provide(on(of)))
        }).pipe(Effect.provide(Layer.merge(layer, Logger.minimumLogLevel(LogLevel.Warning))))
    )

    it.scopedLive("has the weight of votes at the end of each day, as far back as the endpoint's state reaches", () =>
      Effect.gen(function* () {
        const of = yield* world()
        yield* Effect.gen(function* () {
          const [sql, contract] = yield* Effect.all([SqlClient, Contract.Contract])
          const [hotkey, coldkey] = yield* Effect.all([account(VALIDATORS[0]), account(`${VALIDATORS[0]}//cold`)])
          const head = yield* of.block
          const ends: Array<number> = []
          for (const amount of [1n, 2n, 3n, 4n]) {
            yield* of.forceStake(hotkey, coldkey, amount)
            ends.push(yield* of.block)
          }
          yield* index
          yield* sql`DELETE FROM validator_stakes`
          // The four amounts are those at the ends of four days: today and the three before.
          for (const [place, end] of ends.entries())
            yield* sql`
                UPDATE blocks SET time = time - ${3 - place}::integer * interval '1 day'
                WHERE number <= ${end} AND number > ${place === 0 ? 0 : (ends[place - 1] ?? head)}`
          const own = Effect.map(stakes, (rows) => rows.filter((row) => row.hotkey === hotkey).map(({ weight }) => weight))
          const forgetful = (before: number) =>
            Contract.Contract.of({
              ...contract,
              read: (name, args, at) =>
                at !== undefined && at.number < before
                  ? new ChainUnavailable({ endpoint: "test", operation: name, reason: `State already discarded for ${at.hash}` })
                  : contract.read(name, args, at)
            })
          const remembering = (before: number) => index.pipe(Effect.provideService(Contract.Contract, forgetful(before)))
          assert.deepInclude((yield* remembering(ends[1] ?? 0)).done, { days: 2 })
          assert.deepStrictEqual(yield* own, ["2", "3", "4"])
          assert.deepInclude((yield* remembering(0)).done, { days: 1 })
          assert.deepStrictEqual(yield* own, ["1", "2", "3", "4"])
          assert.deepInclude((yield* remembering(0)).done, { days: 0 })
        }).pipe(Effect.provide(on(of)))
      }).pipe(Effect.provide(Layer.merge(layer, Logger.minimumLogLevel(LogLevel.Warning))))
    )
  })
}
