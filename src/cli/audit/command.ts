/** `gittensor audit --file FILE`, `gittensor audit --epoch N`: recomputes an epoch's consensus, from a file or from the chain and validators' reports. */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Effect } from "effect"
import { parse as parseAddress } from "../../domain/Account.ts"
import { contract, invalid, json, network, rosterSource, whenRun, wholeNumber } from "../shared/options.ts"

const file = Options.text("file").pipe(
  Options.withPseudoName("path"),
  Options.withDescription(
    "stakes, reports and neurons of one epoch, or of several cases, or a proof that a report is false, as JSON; - reads standard input"
  ),
  Options.optional
)

const epoch = Options.text("epoch").pipe(
  Options.withPseudoName("number"),
  Options.withDescription(
    "an epoch of the subnet instead, from the chain (an archive node, if it is an old one) and from validators' axons"
  ),
  Options.mapEffect(wholeNumber("--epoch", 0, 999_999_999)),
  Options.optional
)

const validator = Options.text("validator").pipe(
  Options.withPseudoName("hotkey"),
  Options.withDescription("with --epoch: only what concerns this validator"),
  Options.mapEffect((text) => Effect.mapError(parseAddress(text), ({ message }) => invalid(`--validator ${message}`))),
  Options.optional
)

const index = Options.text("index").pipe(
  Options.withPseudoName("address"),
  Options.withDescription(
    'with --epoch: what the chain says, from an index ("gittensor serve", like http://127.0.0.1:8080) instead of --endpoint'
  ),
  Options.mapEffect((text) =>
    /^https?:\/\/[^\s?#]+$/.test(text)
      ? Effect.succeed(text)
      : Effect.fail(invalid(`--index "${text}" is not an address like http://127.0.0.1:8080`))
  ),
  Options.optional
)

const rescore = Options.boolean("rescore").pipe(
  Options.withDescription("with --epoch: also score pull requests again whose records validators show (needs GITTENSOR_GITHUB_TOKEN)")
)

export const audit = Command.make(
  "audit",
  { file, epoch, validator, rescore, index, network, contract: Options.optional(contract), roster: rosterSource, json },
  whenRun(() => import("./audit.ts"))(({ run }) => run)
).pipe(
  Command.withDescription("computes the consensus of validators' reports again, and compares it with what is claimed or with the chain")
)
