/** The demo on a page: its chain indexed as it goes on, and served, each by a process of its own. */
import { join } from "node:path"
import { Effect, Schema } from "effect"
import type { AccountAddress } from "../domain/Account.ts"
import { Narrator } from "./Narrator.ts"
import * as Program from "./Program.ts"
import { NETUID } from "./settings.ts"

export interface PageOptions {
  readonly endpoint: string
  readonly contract: AccountAddress
  readonly folder: string
  /** What the index reads GitHub by. */
  readonly env: Record<string, string>
}

const ReadyServer = Schema.parseJson(Schema.Struct({ url: Schema.String }))

/** The port of `gittensor serve`, or any other where that is taken. */
const PORTS = ["8080", "0"] as const

/** Starts both, and says where the page is. Without a page the demo goes on. */
export const start = ({ endpoint, contract, folder, env }: PageOptions) =>
  Effect.gen(function* () {
    const narrator = yield* Narrator
    const data = join(folder, "dashboard")
    const onChain = ["--endpoint", endpoint, "--netuid", String(NETUID), "--contract", contract]
    // It prints its first line when it has come as far as the chain.
    yield* Program.start({
      name: "the index",
      args: ["index", "--follow", ...onChain, "--data", data, "--json"],
      env,
      log: join(folder, "index.log")
    })
    const serve = (port: string) =>
      Program.start({
        name: "the page's server",
        args: ["serve", "--port", port, "--endpoint", endpoint, "--data", data, "--access-log", "errors", "--json"],
        env: {},
        log: join(folder, "serve.log")
      })
    const { ready } = yield* Effect.firstSuccessOf(PORTS.map(serve))
    const { url } = yield* Schema.decode(ReadyServer)(ready).pipe(Effect.orDie)
    yield* narrator.step({ actor: "page", text: `watch it happen at ${url}` })
  }).pipe(
    Effect.catchTag("ProgramEnded", ({ message }) => Effect.flatMap(Narrator, ({ note }) => note(`there is no page: ${message}`))),
    Effect.withSpan("demo.page")
  )
