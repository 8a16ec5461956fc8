/** The demo on a page: its chain indexed as it goes on, and served, each by a process of its own. */
import { join } from "node:path"
import { Effect, Schema } from "effect"
import type { AccountAddress } from "../domain/Account.ts"
import { Narrator } from "./Narrator.ts"
import * as Program from "./Program.ts"
import { NETUID } from "./settings.ts"

interface Where {
  readonly endpoint: string
  /** Where the demo keeps its files. */
  readonly folder: string
}

const ReadyServer = Schema.parseJson(Schema.Struct({ url: Schema.String }))

/** The port of `gittensor serve`, or any other where that is taken. */
const PORTS = ["8080", "0"] as const

const dataOf = (folder: string) => join(folder, "dashboard")

/** Without a page the demo goes on. */
const tolerated = <A, R>(started: Effect.Effect<A, Program.ProgramEnded, R>) =>
  Effect.catchAll(started, ({ message }) => Effect.flatMap(Narrator, ({ note }) => note(`there is no page: ${message}`)))

/** Starts the server, and says where the page is: it is there before anything is indexed. */
export const serve = ({ endpoint, folder }: Where) =>
  Effect.gen(function* () {
    const narrator = yield* Narrator
    const at = (port: string) =>
      Program.start({
        name: "the page's server",
        args: ["serve", "--port", port, "--endpoint", endpoint, "--data", dataOf(folder), "--access-log", "errors", "--json"],
        env: {},
        log: join(folder, "serve.log")
      })
    const { ready } = yield* Effect.firstSuccessOf(PORTS.map(at))
    const { url } = yield* Schema.decode(ReadyServer)(ready).pipe(Effect.orDie)
    yield* narrator.step({ actor: "page", text: `watch it happen at ${url}` })
  }).pipe(tolerated, Effect.withSpan("demo.page"))

/** Starts the index, and waits until it has come as far as the chain. `env`: what it reads GitHub by. */
export const index = ({
  endpoint,
  folder,
  contract,
  env
}: Where & { readonly contract: AccountAddress; readonly env: Record<string, string> }) =>
  Program.start({
    name: "the index",
    args: [
      "index",
      "--follow",
      "--endpoint",
      endpoint,
      "--netuid",
      String(NETUID),
      "--contract",
      contract,
      "--data",
      dataOf(folder),
      "--json"
    ],
    env,
    log: join(folder, "index.log")
  }).pipe(Effect.asVoid, tolerated, Effect.withSpan("demo.index"))
