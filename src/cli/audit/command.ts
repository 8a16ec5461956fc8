/** `gittensor audit --epoch N`: recomputes an epoch's consensus from the chain and validators' reports. */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Effect } from "effect"
import { parse as parseAddress } from "../../domain/Account.ts"
import { contract, invalid, json, network, rosterSource, whenRun, wholeOption } from "../shared/options.ts"

const epoch = wholeOption("epoch", "number", 0, 999_999_999).pipe(
  Options.withDescription("the epoch, from the chain (an archive node, if it is an old one) and from validators' axons")
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

export const audit = Command.make(
  "audit",
  { epoch, validator, rescore, index, network, contract: Options.optional(contract), roster: rosterSource, json },
  whenRun(() => import("./epoch.ts"))(({ run }) => run)
).pipe(Command.withDescription("computes the consensus of validators' reports again, and compares it with the chain"))
