import { rmSync } from "node:fs"
import { SqlClient } from "@effect/sql/SqlClient"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Number, Option, Redacted, Ref, Schedule } from "effect"
import { contractCodec } from "../../../src/contract-client/artifact.ts"
import { indexAlone } from "../../../src/dashboard/indexer/lock.ts"
import * as Database from "../../../src/layers/storage/database/Database.ts"
import { startProxy } from "../../support/cli/proxy.ts"
import { folder } from "../../support/cli/support.ts"
import { OWNER, STRANGER } from "../../support/contract/accounts.ts"
import { world } from "../../support/contract/newWorld.ts"
import { BOUNTY } from "../../support/contract/settings.ts"
import { NETUID } from "../../support/contract/subnet.ts"
import { filled, mayMount, smallDisk, smallSettings } from "../../support/database/fullDisk.ts"
import { hasPrograms, startCluster, urlOf } from "../../support/database/server.ts"
import { variants } from "../../support/database/support.ts"
import { call, keyOf, send } from "../../support/devnet/support.ts"
import { history } from "../../support/indexer/history.ts"
import { finalised, following, passed, passedAcross, rebuilt } from "../../support/indexer/support.ts"
import { contents } from "../../support/indexer/tables.ts"
import { engine, program } from "../../support/program.ts"

const register = (number: number) => ({ repository: "acme/widgets", number, bounty: BOUNTY })

/** A cluster for this test, and the address of a database in it. */
const cluster = Effect.acquireRelease(
  Effect.promise(() => startCluster()),
  (running) => Effect.promise(() => running.stop("immediate"))
)
const at = (url: string) => Database.layer({ url: Option.some(Redacted.make(url)), folder: "" })
const migrated = Effect.flatMap(Database.Database, ({ migrate }) => migrate)

for (const { name, skip, layer } of variants)
  describe.skipIf(skip)(`an index in ${name}`, () => {
    it.scopedLive("reads what is new, and nothing twice, whatever anybody sends; a second one leaves", () =>
      Effect.gen(function* () {
        const of = yield* world()
        yield* of.ok(OWNER, "registerIssue", register(1))
        const head = yield* finalised(of)
        const first = yield* passed(of)
        expect(first).toMatchObject({ from: 4, blocks: head - 3, at: { number: head } })
        const before = yield* contents
        expect(yield* passed(of)).toMatchObject({ blocks: 0, at: first.at })
        expect(yield* contents).toStrictEqual(before)
        yield* of.ok(OWNER, "registerIssue", register(2))
        const stranger = yield* keyOf(STRANGER)
        const gas = { refTime: 500_000_000_000n, proofSize: 10_000_000n }
        const datas = [
          contractCodec.encodeMessage("registerIssue", { repository: "a\0b/c", number: 1, bounty: BOUNTY }),
          "0x",
          "0x5c056a24",
          "0x5c056a24ffffffffffff",
          `0x${"ab".repeat(100_000)}`
        ]
        for (const data of datas) yield* send(call(of.api, "contracts", "call", of.contract, 0, gas, null, data), stranger)
        const text = Buffer.from("gh:1:\0\0", "utf8")
        const info = { fields: [{ [`Raw${text.length}`]: `0x${text.toString("hex")}` }] }
        yield* of.give("//SubnetOwner//hot")
        yield* send(call(of.api, "commitments", "setCommitment", NETUID, info), yield* keyOf("//SubnetOwner//hot"))
        const later = yield* finalised(of)
        const second = Effect.zipRight(indexAlone, Effect.flip(passed(of)))
        expect(yield* Effect.scoped(second)).toMatchObject({ _tag: "AlreadyIndexing" })
        expect(yield* passed(of)).toMatchObject({ from: head + 1, blocks: later - head })
        const sql = yield* SqlClient
        const calls = yield* sql<{ readonly message: string | null; readonly first: string }>`
          SELECT message, left(coalesce(arguments ->> 'repository', arguments ->> 'data'), 12) AS first FROM calls
          WHERE NOT success ORDER BY block, extrinsic, position`
        expect(calls).toStrictEqual([
          { message: "register_issue", first: "a\ufffdb/c" },
          { message: null, first: "0x" },
          { message: null, first: "0x5c056a24" },
          { message: null, first: "0x5c056a24ff" },
          { message: null, first: "0xababababab" }
        ])
        const after = yield* contents
        yield* rebuilt(of)
        expect(yield* contents).toStrictEqual(after)
      }).pipe(Effect.provide(layer))
    )

    it.scopedLive("stops at another contract and at a recreated chain, and changes nothing", () =>
      Effect.gen(function* () {
        const of = yield* world()
        yield* of.ok(OWNER, "registerIssue", register(1))
        yield* finalised(of)
        const { at } = yield* passed(of)
        const before = yield* contents
        const anew = yield* world()
        yield* anew.ok(OWNER, "registerIssue", register(2))
        yield* anew.ok(OWNER, "registerIssue", register(3))
        yield* finalised(anew)
        expect(anew.contract).toBe(of.contract)
        const reorganised = yield* Effect.flip(passed(anew))
        expect(reorganised.message).toMatch(/is it another chain\? .* rebuild with --from-genesis/)
        expect(yield* contents).toStrictEqual(before)
        if (at === undefined) return expect.fail("nothing was indexed")
        const across = yield* Effect.flip(passedAcross(anew, at))
        expect(across.message).toContain(`block ${at.number} is stored as ${at.hash}, but `)
        expect(yield* contents).toStrictEqual(before)
        yield* rebuilt(anew)
        const sql = yield* SqlClient
        expect(yield* sql`SELECT number FROM issues ORDER BY id`).toStrictEqual([{ number: 2 }, { number: 3 }])

        const other = yield* world({ minBounty: BOUNTY })
        expect(other.contract).not.toBe(of.contract)
        expect((yield* Effect.flip(passed(other))).message).toContain("holds the index of the contract ")
      }).pipe(Effect.provide(layer))
    )
  })

/** Waits until an index during its rebuild has this many blocks. */
const indexed = (blocks: number) =>
  Effect.flatMap(SqlClient, (sql) => sql<{ readonly count: number }>`SELECT count(*) AS count FROM blocks`).pipe(
    Effect.repeat({ until: ([row]) => row !== undefined && row.count >= blocks && row.count < 450, schedule: Schedule.spaced("2 millis") })
  )

// The chain's faults need only one database.
const anyDatabase = variants.find(({ skip }) => !skip)?.layer ?? Layer.die("there is no database")
describe("an index of a chain that fails", () => {
  it.scopedLive("starts at the contract's creation, and not at a block that would leave a gap", () =>
    Effect.gen(function* () {
      const of = yield* world()
      const head = yield* finalised(of)
      expect(yield* Effect.flip(passed(of, Option.some(6)))).toMatchObject({
        _tag: "InvalidInput",
        message: expect.stringContaining("--from-block 6 ")
      })
      expect(yield* Effect.flip(passed(of, Option.some(head + 1)))).toMatchObject({ _tag: "InvalidInput" })
      expect(yield* passed(of, Option.some(2))).toMatchObject({ from: 2, blocks: head - 1 })
    }).pipe(Effect.provide(anyDatabase))
  )

  it.scopedLive("continues when the connection to the chain is cut, and replaces one that stays silent", () =>
    Effect.gen(function* () {
      const of = yield* history(2, 250)
      yield* finalised(of)
      yield* passed(of)
      const undisturbed = yield* contents
      const proxy = yield* startProxy(of.endpoint)
      const cuts = yield* Ref.make(0)
      const cut = Effect.zipRight(Effect.sync(proxy.cut), Ref.update(cuts, Number.increment))
      yield* Effect.forEach([1, 60, 120], (blocks) => Effect.zipRight(indexed(blocks), cut)).pipe(
        Effect.forkScoped,
        Effect.zipRight(rebuilt({ endpoint: proxy.endpoint, contract: of.contract })),
        Effect.scoped
      )
      expect(yield* Ref.get(cuts)).toBeGreaterThan(0)
      expect(yield* contents).toStrictEqual(undisturbed)

      // Frozen midway; new connections work.
      yield* indexed(1).pipe(
        Effect.zipRight(
          Effect.sync(() => {
            proxy.freeze()
            proxy.thaw()
          })
        ),
        Effect.forkScoped
      )
      yield* rebuilt({ endpoint: proxy.endpoint, contract: of.contract })
      expect(yield* contents).toStrictEqual(undisturbed)
    }).pipe(Effect.provide(anyDatabase))
  )

  it.scopedLive("names the block whose state the endpoint has pruned, and keeps what it has", () =>
    Effect.gen(function* () {
      const of = yield* world({}, { retention: 60 })
      yield* of.ok(OWNER, "registerIssue", register(1))
      const head = yield* finalised(of)
      yield* passed(of)
      const before = yield* contents
      yield* of.toBlock(head + 100)
      yield* finalised(of)
      const forgotten = yield* Effect.flip(passed(of))
      expect(forgotten.message).toMatch(/has pruned block \d+: use an archive node as --endpoint/)
      expect(yield* contents).toStrictEqual(before)
      expect((yield* Effect.flip(rebuilt(of))).message).toContain("has pruned earlier state: an index begins with the contract's creation")
    }).pipe(Effect.provide(anyDatabase))
  )
})

describe.skipIf(!hasPrograms)("a Postgres that fails while it is followed", () => {
  it.scopedLive(
    "restarted, crashed, silent or read-only for a while: the index continues where it was, and a second one leaves; read-only for good: it stops",
    () =>
      Effect.gen(function* () {
        const of = yield* world()
        const running = yield* cluster
        const url = urlOf(running.port, "postgres")
        yield* Effect.provide(migrated, at(url))
        const step = (issue: number) => Effect.zipRight(of.ok(OWNER, "registerIssue", register(issue)), finalised(of))
        yield* Effect.gen(function* () {
          const { reached, logged } = yield* following(of)
          yield* Effect.flatMap(step(1), (block) => reached(block))
          for (const [place, how] of (["fast", "immediate"] as const).entries()) {
            yield* Effect.promise(() => running.stop(how))
            const block = yield* step(2 + place)
            yield* Effect.promise(() => running.start())
            yield* reached(block)
          }
          running.signal("SIGSTOP")
          const block = yield* step(4)
          yield* logged("Query read timeout")
          running.signal("SIGCONT")
          yield* reached(block)
          const readOnly = (value: "on" | "off") =>
            Effect.flatMap(SqlClient, (sql) =>
              Effect.zipRight(sql.unsafe(`ALTER SYSTEM SET default_transaction_read_only = ${value}`), sql`SELECT pg_reload_conf()`)
            ).pipe(Effect.provide(at(url)))
          yield* readOnly("on")
          const written = yield* step(5)
          yield* logged("read-only transaction")
          yield* readOnly("off")
          yield* reached(written)
        }).pipe(Effect.scoped, Effect.provide(at(url)))
        const disturbed = yield* Effect.provide(contents, at(url))
        yield* Effect.provide(rebuilt(of), at(url))
        expect(disturbed).toStrictEqual(yield* Effect.provide(contents, at(url)))

        const second = Effect.gen(function* () {
          yield* indexAlone
          const home = yield* folder
          const child = Bun.spawn([...program, "index"], {
            env: {
              ...engine,
              PATH: process.env.PATH ?? "",
              HOME: home,
              GITTENSOR_ENDPOINT: of.endpoint,
              GITTENSOR_CONTRACT: of.contract,
              DATABASE_URL: url
            },
            stdout: "pipe",
            stderr: "pipe"
          })
          return yield* Effect.promise(async () => [await child.exited, await new Response(child.stdout).text()])
        })
        const said = yield* Effect.provide(Effect.scoped(second), at(url))
        expect(said).toStrictEqual([0, expect.stringContaining("another process is indexing into")])
        expect(said[1]).not.toContain("only-of-these-tests")

        yield* step(6)
        yield* Effect.provide(
          Effect.flatMap(SqlClient, (sql) => sql`ALTER DATABASE postgres SET default_transaction_read_only = on`),
          at(url)
        )
        expect(yield* Effect.flip(Effect.provide(passed(of), at(url)))).toMatchObject({ _tag: "DatabaseReadOnly" })
        expect(yield* Effect.provide(contents, at(url))).toStrictEqual(disturbed)
      })
  )
})

describe.skipIf(!hasPrograms || !mayMount)("a Postgres whose disk is full", () => {
  it.scopedLive("stops the index after a complete block, from which it continues when there is space again", () =>
    Effect.gen(function* () {
      const folder = yield* smallDisk
      const running = yield* Effect.acquireRelease(
        Effect.promise(() => startCluster(smallSettings, folder)),
        (started) => Effect.promise(() => started.stop("immediate"))
      )
      yield* Effect.gen(function* () {
        yield* migrated
        const of = yield* world()
        yield* finalised(of)
        yield* passed(of)
        yield* of.toBlock(600)
        const head = yield* finalised(of)
        const filler = yield* filled(folder)
        expect(yield* Effect.flip(passed(of))).toMatchObject({ _tag: "DatabaseFull" })
        rmSync(filler)
        const rest = yield* passed(of)
        expect(rest.at?.number).toBe(head)
        const disturbed = yield* contents
        yield* rebuilt(of)
        expect(disturbed).toStrictEqual(yield* contents)
      }).pipe(Effect.provide(at(urlOf(running.port, "postgres"))))
    })
  )
})
