/** Indexing beyond the contract's rules: the subnet's state, unusual input, and the first block of an index. */
import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { makeApply } from "../../../src/dashboard/indexer/apply/apply.ts"
import type { BlockContents } from "../../../src/dashboard/indexer/blockContents.ts"
import { raw } from "../../support/bittensor/commitments.ts"
import { variants } from "../../support/database/support.ts"
import { ALPHA, blockOf, minerOf, owner, Story, treasuryColdkey, treasuryHotkey } from "../../support/indexer/story.ts"

const apply = (...blocks: ReadonlyArray<BlockContents>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const applied = yield* makeApply
    yield* sql.withTransaction(applied(blocks))
  })

const query = (text: string) => Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe<Readonly<Record<string, unknown>>>(text))

const [one, two, three] = [minerOf(1), minerOf(2), minerOf(3)]
const registration = ({ coldkey, hotkey, uid }: typeof one, registeredAt: number) => ({ uid, hotkey, coldkey, registeredAt })

const call = (error: string | null, args: BlockContents["calls"][number]["arguments"]): BlockContents["calls"][number] => ({
  extrinsic: 2,
  position: 0,
  extrinsicHash: "0x01",
  signer: owner,
  message: "register_issue",
  arguments: args,
  error,
  fee: 7n
})

for (const { name, skip, layer } of variants) {
  const test = (says: string, body: Effect.Effect<void, unknown, SqlClient.SqlClient>) => it.scoped(says, () => Effect.provide(body, layer))

  describe.skipIf(skip)(`facts of blocks, ${name}`, () => {
    test(
      "knows who held a UID when: registrations from before the first block, replacements, exchanges and swapped hotkeys",
      Effect.gen(function* () {
        yield* apply(blockOf(100, { registrations: [registration(one, 40), registration(two, 60)] }))
        // one is replaced and gets two's UID; before that, two's hotkey was swapped
        const swapped = { ...registration(three, 60), uid: two.uid, coldkey: null }
        yield* apply(blockOf(101, { registrations: [swapped] }))
        yield* apply(
          blockOf(102, {
            registrations: [
              { ...registration(two, 102), uid: one.uid },
              { ...registration(one, 102), uid: two.uid }
            ]
          })
        )
        expect(yield* query("SELECT uid, registered_at, held_from, hotkey FROM registrations ORDER BY held_from, uid")).toStrictEqual([
          { uid: one.uid, registered_at: 40, held_from: 40, hotkey: one.hotkey },
          { uid: two.uid, registered_at: 60, held_from: 60, hotkey: two.hotkey },
          { uid: two.uid, registered_at: 60, held_from: 101, hotkey: three.hotkey },
          { uid: one.uid, registered_at: 102, held_from: 102, hotkey: two.hotkey },
          { uid: two.uid, registered_at: 102, held_from: 102, hotkey: one.hotkey }
        ])
        expect(
          yield* query("SELECT hotkey, uid, registered_at, coldkey, first_seen_at FROM miners ORDER BY first_seen_at, uid")
        ).toStrictEqual([
          { hotkey: two.hotkey, uid: one.uid, registered_at: 102, coldkey: two.coldkey, first_seen_at: 100 },
          { hotkey: one.hotkey, uid: two.uid, registered_at: 102, coldkey: one.coldkey, first_seen_at: 100 },
          { hotkey: three.hotkey, uid: null, registered_at: 60, coldkey: null, first_seen_at: 101 }
        ])
      })
    )

    test(
      "keeps the coldkey that the head reported if a block reports none",
      Effect.gen(function* () {
        // the same process, which has no report about it
        const applied = yield* makeApply
        yield* applied([blockOf(100, { registrations: [{ ...registration(one, 100), coldkey: null }] })])
        yield* query(`UPDATE miners SET coldkey = '${one.coldkey}'`)
        yield* applied([blockOf(101, { registrations: [{ ...registration(one, 101), uid: 9, coldkey: null }] })])
        expect(yield* query("SELECT uid, coldkey FROM miners")).toStrictEqual([{ uid: 9, coldkey: one.coldkey }])
      })
    )

    test(
      "does not change what the head reported of a miner",
      Effect.gen(function* () {
        const story = new Story(3).play(20)
        yield* apply(...story.blocks.slice(0, 5))
        yield* query(
          `UPDATE miners SET coldkey = '${three.coldkey}', github_login = 'octocat', github_proven = true WHERE hotkey = '${one.hotkey}'`
        )
        yield* apply(...story.blocks.slice(5))
        const [row] = yield* query(`SELECT rated_at, coldkey, github_login FROM miners WHERE hotkey = '${one.hotkey}'`)
        expect(row).toMatchObject({ github_login: "octocat", rated_at: story.rated.at(-1) })
        const competed = yield* query(`SELECT FROM competitions WHERE '${one.hotkey}' IN (a_hotkey, b_hotkey)`)
        if (competed.length === 0) expect(row?.coldkey).toBe(three.coldkey)
      })
    )

    test(
      "reads commitments as GitHub accounts and as reports, and keeps what validators set",
      Effect.gen(function* () {
        const said = (texts: ReadonlyArray<string>, extrinsic = 1) => ({ extrinsic, account: one.hotkey, fields: raw(...texts) })
        const report = [`gittensor/scores/v1:12:${"ab".repeat(32)}:`, "cd".repeat(32)]
        yield* apply(
          blockOf(100, { registrations: [registration(one, 40)], commitments: [said(["gh:583231:abc"])] }),
          blockOf(101, {
            weights: [
              {
                extrinsic: 3,
                validator: two.hotkey,
                kind: "set",
                error: null,
                values: [
                  [0, 65_535],
                  [7, 1]
                ],
                versionKey: 18_446_744_073_709_551_615n,
                hash: "0x01"
              },
              {
                extrinsic: 4,
                validator: two.hotkey,
                kind: "commit",
                error: "SubtensorModule.TooFast",
                values: null,
                versionKey: null,
                hash: "0x02"
              }
            ]
          })
        )
        expect(yield* query("SELECT github_account FROM miners")).toStrictEqual([{ github_account: 583_231 }])
        expect(
          yield* query("SELECT block, extrinsic, validator, kind, error, values, version_key, hash FROM weights ORDER BY extrinsic")
        ).toStrictEqual([
          {
            block: 101,
            extrinsic: 3,
            validator: two.hotkey,
            kind: "set",
            error: null,
            values: [
              [0, 65_535],
              [7, 1]
            ],
            version_key: "18446744073709551615",
            hash: "0x01"
          },
          {
            block: 101,
            extrinsic: 4,
            validator: two.hotkey,
            kind: "commit",
            error: "SubtensorModule.TooFast",
            values: null,
            version_key: null,
            hash: "0x02"
          }
        ])
        yield* apply(blockOf(102, { commitments: [said(["gittensor/scores/v1:x:00"]), said(report, 4)] }))
        expect(yield* query("SELECT github_account FROM miners")).toStrictEqual([{ github_account: null }])
        expect(yield* query("SELECT block, extrinsic, validator, epoch, hash, values FROM reports")).toStrictEqual([
          { block: 102, extrinsic: 4, validator: one.hotkey, epoch: 12, hash: "ab".repeat(32), values: null }
        ])
        const both = ["gh:583231:abc", ...report]
        yield* apply(blockOf(103, { commitments: [said(both)] }))
        yield* apply(blockOf(104, { commitments: [said([...both].reverse()), said(both.slice(0, 1), 2), said(both, 3)] }))
        expect(yield* query("SELECT github_account FROM miners")).toStrictEqual([{ github_account: 583_231 }])
        expect(yield* query("SELECT linked_at, account, gist FROM github_links ORDER BY linked_at")).toStrictEqual([
          { linked_at: 100, account: 583_231, gist: "abc" },
          { linked_at: 102, account: null, gist: null },
          { linked_at: 103, account: 583_231, gist: "abc" }
        ])
        expect(yield* query("SELECT block, extrinsic FROM reports ORDER BY block, extrinsic")).toStrictEqual([
          { block: 102, extrinsic: 4 },
          { block: 103, extrinsic: 1 },
          { block: 104, extrinsic: 3 }
        ])
      })
    )

    test(
      "keeps failed calls with text that Postgres cannot store, and unknown events",
      Effect.gen(function* () {
        const args = { repository: "a\u0000b\ud800c\u{1f600}", number: 1, bounty: "18446744073709551615" }
        const unknown = { _tag: "Unknown" as const, topics: ["0x01"], data: "0x02" }
        yield* apply(
          blockOf(100, {
            calls: [call("Contracts.ContractReverted", args), { ...call(null, []), position: 1, message: null, signer: null }],
            events: [
              { index: 4, event: unknown, extrinsic: 2, callPosition: 1 },
              { index: 9, event: unknown, extrinsic: null, callPosition: null }
            ]
          })
        )
        expect(yield* query("SELECT message, arguments, success, error, fee FROM calls ORDER BY position")).toStrictEqual([
          {
            message: "register_issue",
            arguments: { ...args, repository: "a\ufffdb\ufffdc\u{1f600}" },
            success: false,
            error: "Contracts.ContractReverted",
            fee: "7"
          },
          { message: null, arguments: [], success: true, error: null, fee: "7" }
        ])
        expect(yield* query("SELECT index, name, fields, extrinsic, call_position FROM events ORDER BY index")).toStrictEqual([
          { index: 4, name: "Unknown", fields: { topics: ["0x01"], data: "0x02" }, extrinsic: 2, call_position: 1 },
          { index: 9, name: "Unknown", fields: { topics: ["0x01"], data: "0x02" }, extrinsic: null, call_position: null }
        ])
      })
    )

    test(
      "keeps why the owner did not ask, and forgets it once the bounty is another issue's",
      Effect.gen(function* () {
        const about = { issue: 1, repository: "acme/widgets", number: 1, bounty: ALPHA }
        const at = (block: number, event: BlockContents["events"][number]["event"], withoutConsent?: string) =>
          apply(
            blockOf(block, {
              calls: [
                { ...call(null, {}), position: 0 },
                { ...call(null, {}), position: 1, ...(withoutConsent === undefined ? {} : { withoutConsent }) }
              ],
              events: [{ index: 1, event, extrinsic: 2, callPosition: 1 }]
            })
          )
        const edited = { _tag: "IssueEdited" as const, ...about, funded: 0n, freed: 0n }
        const kept = query("SELECT without_consent AS why FROM issues")
        yield* at(100, { _tag: "IssueRegistered", ...about }, "asked by mail")
        expect(yield* kept).toStrictEqual([{ why: "asked by mail" }])
        yield* at(101, { ...edited, bounty: 2n * ALPHA, repository: "Acme/Widgets" })
        expect(yield* kept).toStrictEqual([{ why: "asked by mail" }])
        yield* at(102, { ...edited, number: 2 })
        expect(yield* kept).toStrictEqual([{ why: null }])
        yield* at(103, { ...edited, number: 3 }, "another reason")
        expect(yield* kept).toStrictEqual([{ why: "another reason" }])
      })
    )

    test(
      "forgets what GitHub said of an issue once the owner gave its bounty to another one",
      Effect.gen(function* () {
        const about = { issue: 1, repository: "acme/widgets", number: 1, bounty: ALPHA }
        const at = (block: number, event: BlockContents["events"][number]["event"]) =>
          apply(blockOf(block, { events: [{ index: 1, event, extrinsic: null, callPosition: null }] }))
        const edited = (block: number, more: object) => at(block, { _tag: "IssueEdited", ...about, funded: 0n, freed: 0n, ...more })
        const shown = query("SELECT repository, number, target, edited_at, title, github_seen_at IS NULL AS unseen FROM issues")
        yield* at(100, { _tag: "IssueRegistered", ...about })
        yield* query("UPDATE issues SET title = 'Crash', github_seen_at = now()")
        yield* edited(101, { bounty: 2n * ALPHA, repository: "Acme/Widgets" })
        const kept = { repository: "Acme/Widgets", number: 1, target: `${2n * ALPHA}`, edited_at: 101, title: "Crash", unseen: false }
        expect(yield* shown).toStrictEqual([kept])
        yield* edited(102, { number: 2 })
        expect(yield* shown).toStrictEqual([
          { repository: "acme/widgets", number: 2, target: `${ALPHA}`, edited_at: 102, title: null, unseen: true }
        ])
      })
    )

    test(
      "stops at an issue whose registration it has not seen, and rolls that transaction back",
      Effect.gen(function* () {
        const paid = { _tag: "BountyFunded" as const, issue: 3, amount: ALPHA, funded: ALPHA, bounty: ALPHA }
        const error = yield* Effect.flip(
          apply(blockOf(100), blockOf(101, { events: [{ index: 1, event: paid, extrinsic: null, callPosition: null }] }))
        )
        expect(String(error)).toContain("block 101 refers to issue 3, which the index has not seen")
        expect(String(error)).toContain("--from-genesis")
        expect(yield* query("SELECT FROM blocks")).toHaveLength(0)
      })
    )

    test(
      "records the source of a moved treasury's money, what a harvest recycled, and whose collateral moved",
      Effect.gen(function* () {
        const story = new Story(1)
        story.next()
        const event = (index: number, event: BlockContents["events"][number]["event"]) => ({
          index,
          event,
          extrinsic: null,
          callPosition: null
        })
        const { config } = story.world.state
        const moved = { _tag: "TreasuryMoved" as const, hotkey: three.hotkey, coldkey: treasuryColdkey, moved: 5n, left: 1n }
        yield* apply(
          ...story.blocks,
          blockOf(story.block, {
            events: [
              event(1, moved),
              event(2, { _tag: "ConfigChanged", config: { ...config, treasuryHotkey: three.hotkey } }),
              event(3, { ...moved, hotkey: two.hotkey }),
              event(4, {
                _tag: "CollateralWithdrawn",
                hotkey: three.hotkey,
                coldkey: two.coldkey,
                amount: 9n,
                deposited: 4n
              }),
              event(5, {
                _tag: "Harvested",
                received: 7n,
                funded: 0n,
                recycled: 3n,
                fresh: 4n,
                aged: 12n,
                fetchRefused: null,
                recyclingRefused: { _tag: "Subtensor", value: { _tag: "TooManyProxies" } }
              })
            ]
          })
        )
        expect(
          yield* query("SELECT kind, amount, source, destination, details ->> 'left' AS left FROM treasury_flows ORDER BY event, kind")
        ).toStrictEqual([
          { kind: "moved", amount: "5", source: treasuryHotkey, destination: three.hotkey, left: "1" },
          { kind: "moved", amount: "5", source: three.hotkey, destination: two.hotkey, left: "1" },
          { kind: "harvested", amount: "7", source: "emission", destination: "free", left: null },
          { kind: "recycled", amount: "3", source: "free", destination: "recycled", left: null }
        ])
        expect(yield* query("SELECT kind, amount, hotkey, coldkey, cause FROM collateral_flows ORDER BY event")).toStrictEqual([
          { kind: "withdrawn", amount: "9", hotkey: three.hotkey, coldkey: two.coldkey, cause: "CollateralWithdrawn" }
        ])
        const kinds = yield* query(
          "SELECT kind, account FROM config_changes WHERE kind IN ('TreasuryMoved', 'ContractCreated') ORDER BY block, event"
        )
        expect(kinds).toStrictEqual([
          { kind: "ContractCreated", account: owner },
          { kind: "TreasuryMoved", account: three.hotkey },
          { kind: "TreasuryMoved", account: two.hotkey }
        ])
      })
    )
  })
}
