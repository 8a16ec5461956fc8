/**
 * Attacks real sandboxes, as `gittensor simulate sandbox` does. Skipped where no sandbox can start: without bubblewrap, or where user namespaces are
 * forbidden.
 */
import { spawnSync } from "node:child_process"
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Schedule } from "effect"
import { ATTACK_NAMES } from "../../../lab/sandbox/runAttacks.ts"
import * as Bubblewrap from "../../../src/layers/machine/sandbox/bubblewrap/bubblewrapSandbox.ts"
import { type Shown, shownBy } from "../../support/cli/doctor.ts"
import { run } from "../../support/cli/support.ts"
import { program } from "../../support/program.ts"
import { canBox, readableFolder, shell } from "../../support/sandbox/boxes.ts"

const processesWith = (mark: string): string => spawnSync("pgrep", ["-f", "--", mark], { encoding: "utf8" }).stdout

const attacked = (outcome: { readonly stdout: string; readonly stderr: string; readonly code: number }): ReadonlyArray<Shown> => {
  const checks = shownBy({ ...outcome, seconds: 0 })
  assert.deepStrictEqual(
    checks.map(({ name }) => name),
    [...ATTACK_NAMES]
  )
  for (const { name, result, detail, hint } of checks) {
    assert.oneOf(result, ["ok", "warning"], `${name}: ${detail}`)
    // Only memory may depend on the machine, and only where there is no cgroup.
    if (result === "warning") {
      assert.oneOf(name, ["memory", "shared"])
      assert.include(hint ?? "", "cgroup")
    }
  }
  return checks
}

describe.skipIf(!canBox)("gittensor simulate sandbox", () => {
  it.live("contains every attack", () =>
    Effect.gen(function* () {
      const outcome = yield* run(["simulate", "sandbox", "--json"])
      attacked(outcome)
      assert.strictEqual(outcome.code, 0, outcome.stderr)
    })
  )

  it.scopedLive.skipIf(process.getuid?.() !== 0)("contains every attack for a user who is not root", () =>
    Effect.gen(function* () {
      const home = yield* readableFolder
      const executable = join(home, "gittensor")
      copyFileSync(program[0], executable)
      chmodSync(executable, 0o755)
      const user = ["--reuid", "1000000123", "--regid", "1000000123", "--clear-groups", "--"]
      const child = Bun.spawn(["setpriv", ...user, executable, "simulate", "sandbox", "--json"], {
        env: { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: "/nonexistent" },
        stdout: "pipe",
        stderr: "pipe"
      })
      const [code, stdout, stderr] = yield* Effect.promise(() =>
        Promise.all([child.exited, new Response(child.stdout).text(), new Response(child.stderr).text()])
      )
      attacked({ code, stdout, stderr })
    })
  )
})

describe("gittensor simulate sandbox without bubblewrap", () => {
  it.live("says what to install, and runs nothing", () =>
    Effect.gen(function* () {
      const outcome = yield* run(["simulate", "sandbox"], { PATH: "/nonexistent" })
      assert.strictEqual(outcome.code, 1)
      assert.include(outcome.stderr, "failed checks: sandbox")
      assert.include(outcome.stdout, "bubblewrap is not installed")
      assert.include(outcome.stdout, "apt-get install bubblewrap")
    })
  )
})

/** Temporary folders and cgroups that contain this process's id. */
const leftBy = (pid: number): ReadonlyArray<string> =>
  [tmpdir(), "/sys/fs/cgroup", "/sys/fs/cgroup/memory", "/sys/fs/cgroup/pids"].flatMap((place) =>
    existsSync(place)
      ? readdirSync(place, { recursive: place !== tmpdir(), encoding: "utf8" }).filter((name) =>
          new RegExp(`gittensor-box-\\d+-${pid}-[^/]*$`).test(name)
        )
      : []
  )

describe.skipIf(!canBox)("a box", () => {
  it.scopedLive("copies its input, returns results, and leaves the input as it was", () =>
    Effect.gen(function* () {
      const input = yield* readableFolder
      writeFileSync(join(input, "a file"), "hello")
      writeFileSync(join(input, "run.sh"), "#!/bin/sh\necho ran", { mode: 0o755 })
      mkdirSync(join(input, "deep"))
      symlinkSync("../a file", join(input, "deep", "link"))
      const script = `./run.sh; cat deep/link >/box/results/out; echo changed >"a file"; echo error >&2; exit 7`
      const result = yield* shell(script, { input, results: ["out", "absent"] })
      assert.deepStrictEqual([result.end, result.exitCode, result.output], ["itself", 7, "ran\nerror\n"])
      assert.deepStrictEqual(
        [...result.results].map(([name, bytes]) => [name, Buffer.from(bytes).toString()]),
        [["out", "hello"]]
      )
      assert.strictEqual(spawnSync("cat", [join(input, "a file")], { encoding: "utf8" }).stdout, "hello")
    })
  )

  it.live("gives a command its variables, a loopback network and a place for temporary files", () =>
    Effect.gen(function* () {
      const script = `echo $COLOUR $HOME; mktemp >/dev/null && echo temporary; cat /proc/net/route | wc -l; id -u; id -un; cat /proc/sys/kernel/hostname`
      const { output } = yield* shell(script, { environment: { COLOUR: "blue" } })
      assert.strictEqual(output, "blue /box/home\ntemporary\n1\n1000\nbox\nbox\n")
    })
  )

  it.scopedLive("does not take an input that is too large, and does not run the command then", () =>
    Effect.gen(function* () {
      const input = yield* readableFolder
      writeFileSync(join(input, "large"), Buffer.alloc(4_000_000, 1))
      const error = yield* Effect.flip(shell("echo ran", { input, limits: { disk: 1_000_000 } }))
      assert.strictEqual(error._tag, "InputNotCopied")
      assert.include(error.message, "No space left")
    })
  )

  it.live("ends what the command left behind before it reads results", () =>
    Effect.gen(function* () {
      const script = `(while :; do echo forged >/box/results/out; done) & setsid sh -c 'while :; do echo forged >/box/results/out; done' &
        sleep 0.2; echo done`
      const { results, end } = yield* shell(script, { results: ["out"] })
      assert.strictEqual(end, "itself")
      assert.oneOf(Buffer.from(results.get("out") ?? []).toString(), ["forged\n", ""])
      assert.strictEqual(processesWith("box/results/out"), "")
    })
  )

  it.live("ends with the fiber that runs it", () =>
    Effect.gen(function* () {
      const mark = `sleep 98765${process.pid}`
      const interrupted = Effect.gen(function* () {
        const fiber = yield* Effect.fork(shell(mark))
        yield* Effect.sync(() => processesWith(mark)).pipe(
          Effect.repeat({ until: (found) => found !== "", schedule: Schedule.spaced("1 millis") })
        )
        yield* Fiber.interrupt(fiber)
        assert.strictEqual(processesWith(mark), "")
      })
      // Each time at another moment of the sandbox's start: before and after bubblewrap has asked the kernel to end the sandbox with it.
      yield* Effect.repeatN(interrupted, 19)
    })
  )

  it.scopedLive("ends with a program that is killed, which cannot clean up", () =>
    Effect.gen(function* () {
      const running = Effect.sync(() => processesWith("--worker attack time"))
      const child = yield* Effect.acquireRelease(
        Effect.sync(() => Bun.spawn([...program, "simulate", "sandbox"], { stdin: "ignore", stdout: "ignore", stderr: "ignore" })),
        (child) => Effect.sync(() => child.kill("SIGKILL"))
      )
      yield* Effect.repeat(running, { until: (found) => found !== "", schedule: Schedule.spaced("20 millis") })
      child.kill("SIGKILL")
      yield* Effect.promise(() => child.exited)
      yield* Effect.repeat(running, { until: (found) => found === "", schedule: Schedule.spaced("20 millis") })
    })
  )

  it.live("leaves nothing on this machine", () =>
    Effect.gen(function* () {
      yield* shell("sleep 1000", { limits: { seconds: 1 } })
      assert.deepStrictEqual(leftBy(process.pid), [])
    })
  )

  it.scopedLive("removes what a killed program left behind when the next one starts", () =>
    Effect.gen(function* () {
      const killInBox = Effect.gen(function* () {
        const child = Bun.spawn([...program, "simulate", "sandbox"], { stdin: "ignore", stdout: "ignore", stderr: "ignore" })
        yield* Effect.addFinalizer(() => Effect.sync(() => child.kill("SIGKILL")))
        yield* Effect.repeat(
          Effect.sync(() => leftBy(child.pid)),
          { until: (found) => found.length > 0 || child.exitCode !== null, schedule: Schedule.spaced("5 millis") }
        )
        child.kill("SIGKILL")
        yield* Effect.promise(() => child.exited)
        return child
      })
      // Some sandboxes end at once: then the kill comes too late, and the program has already removed its sandbox.
      const child = yield* Effect.repeat(killInBox, { until: ({ pid }) => leftBy(pid).length > 0 })
      // The first process in the sandbox ends a moment later, and its cgroup is busy until then.
      yield* Effect.repeat(
        Effect.zipRight(
          Effect.scoped(Layer.build(Bubblewrap.layer)),
          Effect.sync(() => leftBy(child.pid))
        ),
        { until: (found) => found.length === 0, schedule: Schedule.spaced("50 millis") }
      )
    })
  )
})
