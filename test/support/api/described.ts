/** What strangers' tools make of the API's description: their packages, and a server with the seed to ask. */
import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Console, Effect, type Scope } from "effect"
import { variants } from "../database/support.ts"
import { seed } from "./seed.ts"
import { serve } from "./serving.ts"

/** Whether a program runs to its end without an error. */
export const runs = (command: string, ...args: ReadonlyArray<string>): boolean => spawnSync(command, args, { stdio: "ignore" }).status === 0

/** The programs of PyPI's packages, in their own virtual environment in the temporary folder, installed once; or why they cannot be. */
export const fromPyPI = (...packages: ReadonlyArray<string>): { readonly bin: string } | { readonly why: string } => {
  const folder = join(tmpdir(), `gittensor-${packages.join("-").replaceAll("==", "-")}`)
  const bin = join(folder, "bin")
  const whole = join(folder, "installed")
  if (existsSync(whole) && runs(join(bin, "python"), "--version")) return { bin }
  if (!runs("python3", "-m", "venv", "--clear", folder)) return { why: "python3 with venv is not installed" }
  if (!runs(join(bin, "pip"), "install", "--quiet", ...packages)) return { why: "pip can't install it" }
  return runs("touch", whole) ? { bin } : { why: `${folder} can't be written` }
}

/** Ends the process with the exit code of what asks a server with the seed, on the best database there is. */
export const ask = async (what: string, asking: (url: string) => Effect.Effect<number, never, Scope.Scope>): Promise<never> => {
  const variant = variants.findLast(({ skip }) => !skip)
  if (variant === undefined) throw new Error("there is no database for it")
  const code = Effect.gen(function* () {
    yield* Console.log(`${what} against the API on ${variant.name}`)
    yield* seed
    // The seed's newest block is old, which is not the server's fault.
    return yield* asking(yield* serve({ maxBehind: Number.MAX_SAFE_INTEGER }))
  })
  process.exit(await Effect.runPromise(code.pipe(Effect.scoped, Effect.provide(variant.layer))))
}
