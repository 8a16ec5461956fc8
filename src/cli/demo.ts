/** `gittensor demo`: the whole story on this machine. */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Console, Effect, Option, Schema } from "effect"
import { toJson } from "../terminal/output.ts"
import { runsUntilStopped } from "./program/untilStopped.ts"
import { existingFile, json, wholeNumber } from "./shared/options.ts"

export class NotAllPaid extends Schema.TaggedError<NotAllPaid>()("NotAllPaid", {
  paid: Schema.Number,
  failed: Schema.Number,
  wrong: Schema.Number
}) {
  override get message() {
    return `the demo went wrong: ${this.paid} bounties paid, ${this.failed} stories failed, ${this.wrong} wrong winners; the lines above say where`
  }
}

const githubData = existingFile("github-data").pipe(
  Options.withDescription(
    "facts of real merged pull requests, a JSON object a line: real issues become bounties, real contributors the miners"
  ),
  Options.optional
)

const exitAfter = Options.text("exit-after").pipe(
  Options.withPseudoName("number"),
  Options.mapEffect(wholeNumber("--exit-after", 1, 1_000_000)),
  Options.withDescription(
    "end after so many paid bounties, fewer where --github-data has fewer; without it the demo goes on until Ctrl-C, or until all bounties of --github-data are paid"
  ),
  Options.optional
)

const killValidators = Options.text("kill-validators").pipe(
  Options.withPseudoName("number"),
  Options.mapEffect(wholeNumber("--kill-validators", 0, 1_000_000)),
  Options.withDescription("kill a validator (SIGKILL) so many times at random moments; each is started again"),
  Options.withDefault(0)
)

const page = Options.boolean("page").pipe(
  Options.withDescription("show it on a live page also with --exit-after; without that it always is")
)

export const demo = Command.make("demo", { githubData, exitAfter, killValidators, page, json }, (options) =>
  Effect.gen(function* () {
    if (Option.isNone(options.exitAfter)) yield* runsUntilStopped
    // The chain, GitHub and all that tells their story are loaded only here.
    const [{ run }, Narrator] = yield* Effect.promise(() => Promise.all([import("../demo/run.ts"), import("../demo/Narrator.ts")]))
    const shown = options.page || Option.isNone(options.exitAfter)
    const summary = yield* run({ ...options, page: shown }).pipe(
      Effect.provide(Narrator.layer(options.json ? process.stderr : process.stdout))
    )
    yield* options.json
      ? Console.log(toJson(summary))
      : Console.log(`${summary.paid} bounties paid in ${summary.seconds} s and ${summary.blocks} blocks, ${summary.wrong} wrong winners`)
    if (summary.failed > 0 || summary.wrong > 0) return yield* new NotAllPaid(summary)
  })
).pipe(Command.withDescription("the story of a bounty on this machine: a chain, a GitHub, an owner, validators, miners"))
