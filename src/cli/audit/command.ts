/** `gittensor audit`: recomputes an epoch's consensus from the chain and validators' reports, or verifies a match. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Effect, Option } from "effect"
import { parse as parseAddress } from "../../domain/Account.ts"
import { contract, invalid, json, network, rosterSource, whenRun, wholeOption } from "../shared/options.ts"

const epoch = wholeOption("epoch", "number", 0, 999_999_999).pipe(
  Options.withDescription("the epoch, from the chain (an archive node, if it is an old one) and from validators' axons"),
  Options.optional
)

const match = wholeOption("match", "number", 1, 4_294_967_295).pipe(
  Options.withDescription(
    "instead, an ended match of --contract: the first two nodes of --endpoint, archive nodes of two operators, are asked the same"
  ),
  Options.optional
)

const file = Args.text({ name: "file" }).pipe(
  Args.withDescription(
    "with --match, the claims to check, as a page offers them (- for standard input); without it, those of the first node"
  ),
  Args.optional
)

const validator = Options.text("validator").pipe(
  Options.withPseudoName("hotkey"),
  Options.withDescription("only what concerns this validator"),
  Options.mapEffect((text) => Effect.mapError(parseAddress(text), ({ message }) => invalid(`--validator ${message}`))),
  Options.optional
)

const index = Options.text("index").pipe(
  Options.withPseudoName("address"),
  Options.withDescription('what the chain says, from an index ("gittensor serve", like http://127.0.0.1:8080) instead of --endpoint'),
  Options.mapEffect((text) =>
    /^https?:\/\/[^\s?#]+$/.test(text)
      ? Effect.succeed(text)
      : Effect.fail(invalid(`--index "${text}" is not an address like http://127.0.0.1:8080`))
  ),
  Options.optional
)

const rescore = Options.boolean("rescore").pipe(
  Options.withDescription("also score pull requests again whose records validators show (needs GITTENSOR_GITHUB_TOKEN)")
)

const given = { epoch, validator, rescore, index, match, file, network, contract: Options.optional(contract), roster: rosterSource, json }

export const audit = Command.make("audit", given, ({ epoch, file, match, ...rest }) =>
  Effect.gen(function* () {
    if (Option.isSome(epoch) === Option.isSome(match)) return yield* Effect.fail(invalid("name either --epoch or --match"))
    if (Option.isSome(match)) return yield* whenRun(() => import("./match.ts"))(({ run }) => run)({ ...rest, file, match: match.value })
    if (Option.isSome(file) || Option.isNone(epoch)) return yield* Effect.fail(invalid("a file belongs to --match"))
    return yield* whenRun(() => import("./epoch.ts"))(({ run }) => run)({ ...rest, epoch: epoch.value })
  })
).pipe(Command.withDescription("computes the consensus of an epoch again, or what happened in a match, and compares it with the chain"))
