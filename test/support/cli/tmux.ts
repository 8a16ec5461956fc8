/** A shell in its own tmux session, driven by keys and read from the screen as a person would. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert } from "@effect/vitest"
import { Effect, type Scope } from "effect"
import { program } from "../program.ts"
import { clean, eventually, folder } from "./support.ts"

/** Whether tmux is installed. */
export const hasTmux = Bun.which("tmux") !== null

export interface Pane {
  /** Presses keys in order, by their tmux names: `e`, `Enter`, `C-c`. */
  readonly press: (...keys: ReadonlyArray<string>) => Effect.Effect<void>
  /** Types a line into the shell and presses Enter. */
  readonly type: (line: string) => Effect.Effect<void>
  /** Pastes text, as a terminal does. */
  readonly paste: (text: string) => Effect.Effect<void>
  /** The lines on the screen. */
  readonly screen: Effect.Effect<ReadonlyArray<string>>
  /** Waits until the screen shows this, and returns the screen. */
  readonly shows: (what: string | RegExp) => Effect.Effect<ReadonlyArray<string>>
  readonly resize: (columns: number, rows: number) => Effect.Effect<void>
  /** The terminal's modes. */
  readonly modes: Effect.Effect<{ readonly alternate: boolean; readonly cursor: boolean; readonly wrap: boolean }>
  /** The ids of this program's processes in the pane. */
  readonly pids: Effect.Effect<ReadonlyArray<number>>
}

/** The program's command line, quoted for a shell. */
export const commandLine = (...args: ReadonlyArray<string>): string => [...program, ...args].map((word) => `'${word}'`).join(" ")

/** Opens a pane with a plain shell at the prompt `$ `. Closing the scope closes the pane. */
export const openPane = (
  env: Readonly<Record<string, string>>,
  size = { columns: 80, rows: 24 }
): Effect.Effect<Pane, never, Scope.Scope> =>
  Effect.gen(function* () {
    const home = yield* folder
    const [socket, settings] = [join(home, "tmux"), join(home, "bashrc")]
    writeFileSync(settings, "PS1='$ '\n")
    const tmux = (...args: ReadonlyArray<string>) =>
      Effect.sync(() => {
        const { success, stdout, stderr } = Bun.spawnSync(["tmux", "-S", socket, "-f", "/dev/null", ...args], {
          cwd: home,
          env: { PATH: process.env.PATH ?? "", HOME: home, LC_ALL: "C.UTF-8", ...env }
        })
        assert.isTrue(success, `tmux ${args[0]}: ${stderr.toString()}`)
        return stdout.toString()
      })
    yield* Effect.acquireRelease(
      tmux("new-session", "-d", "-x", String(size.columns), "-y", String(size.rows), `bash --noprofile --rcfile '${settings}'`),
      () => Effect.ignore(tmux("kill-server"))
    )
    const screen = Effect.map(tmux("capture-pane", "-p"), (text) => {
      clean(text)
      return text.split("\n").slice(0, -1)
    })
    const shows = (what: string | RegExp) => {
      const seen = { last: "" }
      return eventually(
        `${what} on the screen`,
        Effect.map(screen, (lines) => {
          seen.last = lines.join("\n")
          return (typeof what === "string" ? seen.last.includes(what) : what.test(seen.last)) ? lines : undefined
        })
      ).pipe(
        Effect.catchAllDefect((defect) => Effect.dieMessage(`${defect instanceof Error ? defect.message : defect}; it shows\n${seen.last}`))
      )
    }
    const press = (...keys: ReadonlyArray<string>) => Effect.asVoid(tmux("send-keys", ...keys))
    yield* shows(/^\$/m)
    return {
      press,
      type: (line) => Effect.zipRight(tmux("send-keys", "-l", line), press("Enter")),
      paste: (text) => Effect.zipRight(tmux("set-buffer", text), Effect.asVoid(tmux("paste-buffer", "-p"))),
      screen,
      shows,
      resize: (columns, rows) => Effect.asVoid(tmux("resize-window", "-x", String(columns), "-y", String(rows))),
      modes: Effect.map(tmux("display", "-p", "#{alternate_on} #{cursor_flag} #{wrap_flag}"), (text) => {
        const [alternate, cursor, wrap] = text.trim().split(" ")
        return { alternate: alternate === "1", cursor: cursor === "1", wrap: wrap === "1" }
      }),
      pids: Effect.map(tmux("display", "-p", "#{pane_pid}"), (shell) =>
        Bun.spawnSync(["ps", "-ww", "-o", "pid=,args=", "--ppid", shell.trim()])
          .stdout.toString()
          .split("\n")
          .filter((line) => program.every((word) => line.includes(word)))
          .map((line) => Number.parseInt(line, 10))
      )
    } satisfies Pane
  })

/** Waits until the terminal is as the shell left it: main screen, visible cursor, line mode with echo. */
export const isGivenBack = (pane: Pane): Effect.Effect<void> =>
  Effect.gen(function* () {
    yield* eventually(
      "the terminal to be given back",
      Effect.map(pane.modes, ({ alternate, cursor, wrap }) => (!alternate && cursor && wrap ? true : undefined))
    )
    yield* pane.type("clear; stty -a | tr ' ' '\\n' | grep -x -e -icanon -e -echo -e -isig; echo so: $((40 + 2))")
    const lines = yield* pane.shows("so: 42")
    assert.notMatch(lines.join("\n"), /^-(icanon|echo|isig)$/m)
  })
