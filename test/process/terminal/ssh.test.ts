/** A miner's screen over an SSH connection: drawn, typed into, resized, left, and cut off. */
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { eventually, folder } from "../../support/cli/support.ts"
import { commandLine, hasTmux, isGivenBack, openPane } from "../../support/cli/tmux.ts"
import { program } from "../../support/program.ts"
import { hasSshd, startSshd } from "./sshd.ts"

const WAITING = "ws://127.0.0.1:1 does not answer; trying again"

/** This program's processes with this home folder. */
const withHome = (home: string): ReadonlyArray<string> =>
  Bun.spawnSync(["ps", "-ww", "-e", "-o", "pid=,args="])
    .stdout.toString()
    .split("\n")
    .filter((line) => [...program, home].every((word) => line.includes(word)))

/** A logged-in terminal that shows the screen. */
const opened = Effect.gen(function* () {
  const [server, home] = yield* Effect.all([startSshd, folder])
  const wallets = join(home, "wallets")
  mkdirSync(wallets)
  const settings = [
    `HOME=${home}`,
    "LC_ALL=C.UTF-8",
    "GITTENSOR_ENDPOINT=ws://127.0.0.1:1",
    "GITTENSOR_CONTRACT=5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY",
    "GITTENSOR_URI=//Alice"
  ]
  const pane = yield* openPane({})
  yield* pane.type(`${server.login} "env ${settings.join(" ")} ${commandLine("mine", "--wallet-path", wallets)}"; echo "ended with $?"`)
  yield* pane.shows(WAITING)
  return { pane, server, home }
})

const nothingIsLeft = (home: string) =>
  eventually(
    "the end of the program",
    Effect.sync(() => (withHome(home).length === 0 ? true : undefined))
  )

describe("a miner's screen over ssh", () => {
  const overSsh = it.scopedLive.skipIf(!hasTmux || !hasSshd)

  overSsh("is drawn, typed into and resized, and gives the terminal back", () =>
    Effect.gen(function* () {
      const { pane, home } = yield* opened
      assert.isNotEmpty(withHome(home))
      assert.deepStrictEqual(yield* pane.modes, { alternate: true, cursor: false, wrap: false })
      yield* pane.press("?")
      yield* pane.shows("PgUp PgDn")
      yield* pane.press("q")
      yield* pane.resize(40, 10)
      const small = yield* pane.shows(/^── Issues ─+$/m)
      assert.lengthOf(small, 10)
      for (const line of small) assert.isAtMost(Bun.stringWidth(line), 40)
      yield* pane.resize(300, 90)
      yield* pane.shows(new RegExp(`^── Issues ─{${300 - "── Issues ".length}}$`, "m"))
      yield* pane.press("q")
      yield* pane.shows("ended with 0")
      yield* isGivenBack(pane)
      yield* nothingIsLeft(home)
    })
  )

  overSsh("ends and leaves no process when the connection is cut", () =>
    Effect.gen(function* () {
      const { server, home } = yield* opened
      assert.isNotEmpty(withHome(home))
      // The outermost process of the session holds the connection and the terminal.
      for (const pid of (yield* server.sessions).slice(0, 2)) {
        try {
          process.kill(pid, "SIGKILL")
        } catch {
          // It ended together with the other one.
        }
      }
      yield* nothingIsLeft(home)
    })
  )
})
