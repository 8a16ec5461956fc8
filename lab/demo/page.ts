/** The demo's live page: one process indexes the chain, another serves the page. */
import { join } from "node:path"
import { Effect, Schema } from "effect"
import type { AccountAddress } from "../../src/domain/Account.ts"
import * as ChildProgram from "./childProgram.ts"
import { Narrator } from "./Narrator.ts"
import { NETUID } from "./settings.ts"

interface PagePlace {
  readonly endpoint: string
  /** Holds the demo's files. */
  readonly folder: string
}

const ReadyServer = Schema.parseJson(Schema.Struct({ url: Schema.String }))

/** The default port of `gittensor serve`; if it is taken, any free one. */
const PORTS = ["8080", "0"] as const

/** The maintainers' contact address on the page and in comments. */
const CONTACT = "owner@gittensor.example"

/**
 * Without the last tier of WebAssembly's compiler: creating the embedded database then takes two thirds of the processor time, and a demo never asks so
 * much of it that the tier would pay.
 */
const DATABASE_OF_A_DEMO = { BUN_JSC_useOMGJIT: "0" }

const dataOf = (folder: string) => join(folder, "dashboard")

/** A page that cannot start must not stop the demo. */
const tolerated = <A, R>(started: Effect.Effect<A, ChildProgram.ProgramEnded, R>) =>
  Effect.catchAll(started, ({ message }) =>
    Effect.flatMap(Narrator, ({ note }) => Effect.as(note(`the live page could not be started: ${message}`), null))
  )

/** Starts the server, prints the page's address and returns it; null: it could not be started. The page works before anything is indexed. */
export const serve = ({ endpoint, folder }: PagePlace) =>
  Effect.gen(function* () {
    const narrator = yield* Narrator
    const at = (port: string) =>
      ChildProgram.start({
        name: "the page's server",
        args: [
          "serve",
          "--port",
          port,
          "--endpoint",
          endpoint,
          "--data",
          dataOf(folder),
          "--push",
          join(folder, "push"),
          "--witnesses",
          endpoint,
          "--access-log",
          "errors",
          "--contact",
          CONTACT,
          "--json"
        ],
        env: DATABASE_OF_A_DEMO,
        log: join(folder, "serve.log")
      })
    const { ready } = yield* ChildProgram.untilAnswered(Effect.firstSuccessOf(PORTS.map(at)))
    const { url } = yield* Schema.decode(ReadyServer)(ready).pipe(Effect.orDie)
    yield* narrator.page(url)
    yield* narrator.step({ actor: "page", text: `watch live at ${url}`, isStory: true })
    return url
  }).pipe(tolerated, Effect.withSpan("demo.page"))

const tellComments = Effect.flatMap(Narrator, ({ step }) =>
  step({
    actor: "page",
    text: "keeps one comment on each issue and a status on each pull request, as its repository asked for",
    isStory: true
  })
)

/** Starts the index and waits until it has caught up with the chain. `roster` is a file; `env` says how the index reaches GitHub. */
export const index = ({
  endpoint,
  folder,
  contract,
  roster,
  isWatched,
  comments,
  env
}: PagePlace & {
  readonly contract: AccountAddress
  readonly roster: string
  /** Whether people watch what happens on GitHub. */
  readonly isWatched: boolean
  /** For comments and statuses: the page's address and the writer's token. Null: none are written. */
  readonly comments: { readonly page: string; readonly token: string } | null
  readonly env: Record<string, string>
}) =>
  ChildProgram.start({
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
      "--roster",
      roster,
      "--data",
      dataOf(folder),
      ...(isWatched ? ["--github-every", "3s"] : []),
      ...(comments === null ? [] : ["--github-comments", "--public-url", comments.page, "--contact", CONTACT]),
      "--json"
    ],
    env: { ...env, ...(comments === null ? {} : { GITTENSOR_GITHUB_COMMENTS_TOKEN: comments.token }) },
    log: join(folder, "index.log")
  }).pipe(
    ChildProgram.untilAnswered,
    Effect.zipRight(comments === null ? Effect.void : tellComments),
    tolerated,
    Effect.withSpan("demo.index")
  )
