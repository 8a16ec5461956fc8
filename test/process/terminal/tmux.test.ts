/** In tmux, the screen takes over the terminal and restores it. This needs no chain: the screen waits for one. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { eventually, uri } from "../../support/cli/support.ts"
import { commandLine, hasTmux, isGivenBack, openPane, type Pane } from "../../support/cli/tmux.ts"

const NOWHERE = {
  GITTENSOR_ENDPOINT: "ws://127.0.0.1:1",
  GITTENSOR_CONTRACT: "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY",
  GITTENSOR_URI: uri("terminal")
}
const WAITING = "ws://127.0.0.1:1 does not answer; trying again"

const killed = (pane: Pane, signal: NodeJS.Signals) =>
  Effect.gen(function* () {
    const [pid] = yield* pane.pids
    assert.isDefined(pid)
    process.kill(pid, signal)
    yield* eventually(
      "the end of the process",
      Effect.map(pane.pids, (pids) => (pids.length === 0 ? true : undefined))
    )
  })

describe("a miner's screen in a terminal", () => {
  const inTmux = it.scopedLive.skipIf(!hasTmux)

  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"] as const)
    inTmux(`gives the terminal back after ${signal === "SIGINT" ? "Ctrl-C" : signal}`, () =>
      Effect.gen(function* () {
        const pane = yield* openPane(NOWHERE)
        yield* pane.type(commandLine("mine"))
        yield* pane.shows(WAITING)
        assert.deepStrictEqual(yield* pane.modes, { alternate: true, cursor: false, wrap: false })
        if (signal === "SIGINT") yield* pane.press("C-c")
        else yield* killed(pane, signal)
        yield* isGivenBack(pane)
      })
    )

  inTmux("makes room for the shell with Ctrl-Z and comes back with fg", () =>
    Effect.gen(function* () {
      const pane = yield* openPane(NOWHERE)
      yield* pane.type(commandLine("mine"))
      yield* pane.shows(WAITING)
      yield* pane.press("C-z")
      yield* pane.shows("Stopped")
      yield* isGivenBack(pane)
      yield* pane.type("fg")
      yield* pane.shows(WAITING)
      assert.isTrue((yield* pane.modes).alternate)
      yield* pane.press("?")
      yield* pane.shows("PgUp PgDn")
      yield* pane.press("q")
      yield* pane.shows(WAITING)
      yield* pane.press("q")
      yield* isGivenBack(pane)
    })
  )

  inTmux("draws with what a terminal can show that promises little", () =>
    Effect.gen(function* () {
      const pane = yield* openPane(NOWHERE)
      yield* pane.type(`LC_ALL=C NO_COLOR=1 ${commandLine("mine")}`)
      const lines = yield* pane.shows(WAITING)
      assert.match(lines.join(""), /^[ -~]*$/)
      assert.isTrue(lines[2]?.startsWith("-- Issues ---"))
      yield* pane.press("q")
      yield* isGivenBack(pane)
    })
  )

  inTmux("shows its screen in terminals of other names", () =>
    Effect.gen(function* () {
      const pane = yield* openPane(NOWHERE)
      for (const name of ["xterm-256color", "linux", "vt100"]) {
        yield* pane.type(`TERM=${name} ${commandLine("mine")}`)
        yield* pane.shows(WAITING)
        yield* pane.press("q")
        yield* isGivenBack(pane)
      }
    })
  )

  inTmux("follows the terminal to every size", () =>
    Effect.gen(function* () {
      const pane = yield* openPane(NOWHERE)
      yield* pane.type(commandLine("mine"))
      yield* pane.shows(WAITING)
      for (const [columns, rows] of [
        [40, 10],
        [20, 4],
        [250, 80]
      ] as const) {
        yield* pane.resize(columns, rows)
        yield* eventually(
          `${columns}×${rows}`,
          Effect.map(pane.screen, (lines) => {
            const isDrawn = columns < 36 ? lines[0]?.startsWith("Too small") : Bun.stringWidth(lines[2] ?? "") === columns
            return lines.length === rows && isDrawn === true ? true : undefined
          })
        )
      }
      yield* pane.press("q")
      yield* isGivenBack(pane)
    })
  )

  inTmux("is not tried in a terminal that shows no screen", () =>
    Effect.gen(function* () {
      const pane = yield* openPane(NOWHERE)
      yield* pane.type(`TERM=dumb ${commandLine("mine")}; echo "code $?"`)
      const lines = yield* pane.shows("code 3")
      assert.include(lines.join(""), "did not answer")
      assert.isFalse((yield* pane.modes).alternate)
      yield* pane.type(`clear; env -u TERM ${commandLine("mine")}; echo "unnamed $?"`)
      yield* pane.shows("unnamed 3")
    })
  )

  inTmux("is lines where its output goes into a pipe", () =>
    Effect.gen(function* () {
      const pane = yield* openPane(NOWHERE)
      yield* pane.type(`${commandLine("mine")} | cat; echo "code \${PIPESTATUS[0]}"`)
      const lines = yield* pane.shows("code 3")
      assert.include(lines.join(""), "did not answer")
      assert.isFalse((yield* pane.modes).alternate)
    })
  )
})
