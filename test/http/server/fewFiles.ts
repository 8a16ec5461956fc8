/** A server that also opens files, and reports whether that succeeded. */
import { readdirSync, writeFileSync } from "node:fs"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { Effect } from "effect"
import { listen } from "./support.ts"

const [folder = ""] = process.argv.slice(2)
const failed: Array<string> = []
let written = 0

const status = Effect.sync(() => HttpServerResponse.unsafeJson({ open: readdirSync("/proc/self/fd").length, written, failed }))

Effect.gen(function* () {
  const port = yield* listen(status)
  console.log(port)
  setInterval(() => {
    try {
      writeFileSync(`${folder}/journal`, String(written++))
    } catch (cause) {
      failed.push(String(cause))
    }
  }, 10)
  return yield* Effect.never
}).pipe(Effect.scoped, Effect.runPromise)
