/**
 * `npm run api:fuzz`: schemathesis (PyPI) generates valid and invalid requests from the API's description, and checks that the description allows
 * every answer. Without Python's venv and pip, or without a package index, it is skipped with a message.
 */
import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Console, Effect } from "effect"
import { seed } from "../../support/api/seed.ts"
import { serve } from "../../support/api/serving.ts"
import { variants } from "../../support/database/support.ts"

const VERSION = "4.32.5"
/** Seconds of requests. GITTENSOR_FUZZ_SECONDS overrides the default. */
const seconds = process.env.GITTENSOR_FUZZ_SECONDS ?? "60"

const runs = (command: string, ...args: ReadonlyArray<string>) => spawnSync(command, args, { stdio: "ignore" }).status === 0

/** Schemathesis in its own virtual environment in the temporary folder, installed once; or why it cannot be installed. */
const installed = (): { readonly program: string } | { readonly why: string } => {
  const folder = join(tmpdir(), `gittensor-schemathesis-${VERSION}`)
  const program = join(folder, "bin", "schemathesis")
  if (existsSync(program) && runs(program, "--version")) return { program }
  if (!runs("python3", "-m", "venv", "--clear", folder)) return { why: "python3 with venv is not installed" }
  if (!runs(join(folder, "bin", "pip"), "install", "--quiet", `schemathesis==${VERSION}`)) return { why: "pip can't install it" }
  return { program }
}

const fuzzed = (program: string) =>
  Effect.gen(function* () {
    yield* seed
    // The seed's newest block is old, which is not the server's fault.
    const url = yield* serve({ maxBehind: Number.MAX_SAFE_INTEGER })
    const child = Bun.spawn(
      [
        program,
        "--config-file",
        join(import.meta.dirname, "schemathesis.toml"),
        "run",
        `${url}/openapi.json`,
        // The stream never ends; test/database/api/stream.test.ts tests it.
        "--exclude-path",
        "/v1/stream",
        "--max-time",
        seconds,
        "--continue-on-failure",
        "--no-shrink"
      ],
      { stdin: "ignore", stdout: "inherit", stderr: "inherit", cwd: tmpdir() }
    )
    return yield* Effect.promise(() => child.exited)
  }).pipe(Effect.scoped)

const main = Effect.gen(function* () {
  const found = installed()
  if ("why" in found) {
    yield* Console.log(`skipped: schemathesis over the API's description (${found.why})`)
    return 0
  }
  const variant = variants.findLast(({ skip }) => !skip)
  if (variant === undefined) return yield* Effect.dieMessage("there is no database for it")
  yield* Console.log(`schemathesis ${VERSION} against the API on ${variant.name}`)
  return yield* Effect.provide(fuzzed(found.program), variant.layer)
})

process.exit(await Effect.runPromise(main))
