/** `gittensor index` as users run it, with the embedded database. */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { metricsOf } from "../../../src/layers/machine/telemetry/catalogue.ts"
import { holdLock } from "../../../src/layers/storage/dataFolder/FolderLock.ts"
import { clean, folder, run, runHere } from "../../support/cli/support.ts"
import { OWNER } from "../../support/contract/accounts.ts"
import { world } from "../../support/contract/newWorld.ts"
import { BOUNTY } from "../../support/contract/settings.ts"
import { root } from "../../support/devnet/support.ts"
import { finalised } from "../../support/indexer/support.ts"
import { engine, program } from "../../support/program.ts"
import { receiveAt } from "../../support/validator/receiver.ts"

const PASSWORD = "canary-of-the-database"

describe("gittensor index", () => {
  it.scopedLive("needs a contract, and names a wrong setting", () =>
    Effect.gen(function* () {
      const data = join(yield* folder, "index")
      const missing = yield* runHere(["index", "--data", data])
      expect(existsSync(data)).toBe(false)
      expect([missing.code, missing.stderr]).toStrictEqual([
        2,
        expect.stringContaining("--contract is missing: give it, or set GITTENSOR_CONTRACT")
      ])
      const wrong = yield* runHere(["index", "--from-block", "-1"])
      expect([wrong.code, wrong.stderr]).toStrictEqual([2, expect.stringContaining("--from-block")])
      const url = `postgres://somebody:${PASSWORD}@127.0.0.1:1/index`
      const unreachable = yield* runHere(["index", "--migrate-only"], { DATABASE_URL: url })
      expect([unreachable.code, unreachable.stderr]).toStrictEqual([3, expect.stringContaining("postgres://somebody@127.0.0.1:1/index")])
      expect(unreachable.stdout + unreachable.stderr).not.toContain(PASSWORD)
    })
  )

  it.scopedLive("creates its tables, reads to the head, follows it, and shuts down cleanly on a signal", () =>
    Effect.gen(function* () {
      const of = yield* world()
      yield* of.ok(OWNER, "registerIssue", { repository: "acme/widgets", number: 7, bounty: BOUNTY })
      const head = yield* finalised(of)
      const data = yield* folder
      const settings = {
        GITTENSOR_ENDPOINT: of.endpoint,
        GITTENSOR_CONTRACT: of.contract,
        GITTENSOR_DATA: data,
        GITTENSOR_GITHUB_URL: "http://127.0.0.1:9"
      }
      const index = (...args: ReadonlyArray<string>) => runHere(["index", ...args], settings)
      const byExecutable = (...args: ReadonlyArray<string>) => run(["index", ...args], settings)
      const elsewhere = { ...settings, GITTENSOR_DATA: yield* folder }
      expect(yield* runHere(["index", "--migrate-only"], elsewhere)).toMatchObject({ code: 0, stdout: expect.stringContaining("1 tables") })
      // The executable contains an initial database with all tables.
      for (const migrated of [byExecutable, index])
        expect(yield* migrated("--migrate-only")).toMatchObject({ code: 0, stdout: expect.stringContaining("up to date") })
      expect(yield* byExecutable()).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(new RegExp(`^indexed blocks 4 to ${head}: ${head - 3} blocks`))
      })
      expect(yield* index()).toMatchObject({ code: 0, stdout: expect.stringContaining(`nothing new: the index is at block ${head}`) })
      const again = yield* index("--from-genesis", "--json")
      expect(JSON.parse(again.stdout)).toMatchObject({ from: 4, blocks: head - 3, at: { number: head }, head: { number: head } })
      // What another process writes is not emptied, now or once it has ended.
      yield* Effect.zipRight(
        holdLock(join(data, "database"), "writer", "writes this database"),
        Effect.forEach([[], ["--follow"]], (how) =>
          Effect.map(index("--from-genesis", ...how), (refused) =>
            expect(refused).toMatchObject({ code: 5, stderr: expect.stringContaining("end it before --from-genesis empties") })
          )
        )
      ).pipe(Effect.scoped)

      const socket = join(yield* folder, "notify")
      const notified = process.platform === "linux" ? yield* receiveAt(socket) : Effect.succeed(["READY=1", "STOPPING=1"])
      const child = Bun.spawn([...program, "index", "--follow", "--json", "--metrics-port", "0"], {
        cwd: root,
        env: { ...engine, PATH: process.env.PATH ?? "", HOME: data, NOTIFY_SOCKET: socket, WATCHDOG_USEC: "2000000", ...settings },
        stdout: "pipe",
        stderr: "pipe"
      })
      yield* of.ok(OWNER, "registerIssue", { repository: "acme/widgets", number: 8, bounty: BOUNTY })
      const later = yield* finalised(of)
      const messages: Array<string> = []
      const outcome = yield* Effect.promise(async () => {
        let [told, metrics, health] = ["", "", ""]
        for await (const part of child.stdout) {
          told += new TextDecoder().decode(part)
          if (!told.includes(`"at":{"number":${later},`)) continue
          const port = Number(/"port":(\d+)/.exec(told)?.[1])
          const get = async (path: string) => {
            const response = await fetch(`http://127.0.0.1:${port}${path}`)
            return `${response.status} ${await response.text()}`
          }
          ;[metrics, health] = [await get("/metrics"), await get("/health")]
          expect(await get("/ready")).toBe('200 {"ready":true}')
          expect(await get("/live")).toMatch(/^200 {"live":true,/)
          expect(await get("/")).toMatch(/^404 /)
          // The message to systemd arrives a moment later.
          while (!messages.includes("READY=1")) messages.push(...Effect.runSync(notified), await get("/ready"))
          child.kill("SIGTERM")
        }
        return { code: await child.exited, told, metrics, health, stderr: await new Response(child.stderr).text() }
      })
      // GitHub does not answer here. The index may or may not have noticed yet.
      const health = `^(200 {"healthy":true,"wrong":\\[\\]|503 {"healthy":false,"wrong":\\["[^"]*GitHub[^"]*"\\]),"missing":(null|"[^"]*GitHub[^"]*"),"notWritten":null,`
      expect(outcome.health).toMatch(new RegExp(`${health}"ready":true,"block":${later},"chainHead":${later},"behind":0`))
      for (const [name, { kind }] of Object.entries(metricsOf("index"))) expect(outcome.metrics).toContain(`# TYPE ${name} ${kind}\n`)
      expect(outcome.metrics).toContain(`\ngittensor_indexer_head_block ${later}\n`)
      expect(outcome.metrics).toContain(`\ngittensor_indexer_caught_up 1\n`)
      expect(outcome.metrics).toMatch(/\ngittensor_indexer_blocks_total [1-9]/)
      expect([...messages, ...(yield* notified)]).toEqual(expect.arrayContaining(["READY=1", "STOPPING=1"]))
      expect(outcome).toMatchObject({ code: 0, told: expect.stringContaining(`"at":{"number":${later},`) })
      clean(outcome.told + outcome.stderr)
    })
  )
})
