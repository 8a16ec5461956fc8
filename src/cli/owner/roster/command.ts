/** `gittensor owner roster …`: the roster that validators score with. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { contract, dryRun, json, key, network, optionally, whenRun, wholeOption, yes } from "../../shared/options.ts"

const unsigned = Args.text({ name: "file" }).pipe(
  Args.withDescription("the roster of repositories, weights and pools: a JSON file, or a folder with its files")
)
const rosterVersion = wholeOption("roster-version", "number", 1, 999_999_999).pipe(
  optionally("the version to sign it as, above the one on the chain (default: the next one)")
)
const out = Options.text("out").pipe(
  Options.withPseudoName("file"),
  optionally("where to write the signed roster (default: roster-<version>.json)")
)

const pin = Command.make(
  "pin",
  {
    file: unsigned,
    out: Options.text("out").pipe(
      Options.withPseudoName("file"),
      Options.withDescription("where to write the roster with the ids"),
      Options.withDefault("roster-pinned.json")
    ),
    json
  },
  whenRun(() => import("./pin.ts"))(({ run }) => run)
).pipe(Command.withDescription("write GitHub's ids of the repositories into a roster, so that another repository cannot take their place"))

const sign = Command.make(
  "sign",
  { file: unsigned, rosterVersion, out, network, contract, key, json },
  whenRun(() => import("./sign.ts"))(({ run }) => run)
).pipe(Command.withDescription("sign a roster with the hotkey that the contract names for it, and write it with all defaults filled in"))

const signed = Args.text({ name: "file" }).pipe(Args.withDescription("the signed roster, as `sign` writes it"))

const publish = Command.make(
  "publish",
  { file: signed, network, contract, key, yes, dryRun, json },
  whenRun(() => import("./publish.ts"))(({ run }) => run)
).pipe(Command.withDescription("commit to a signed roster on the chain, for all epochs that begin from then on"))

const sources = Args.text({ name: "source" }).pipe(
  Args.withDescription("files and mirrors (https://…) to compare with what is on the chain"),
  Args.repeated
)

const show = Command.make(
  "show",
  { sources, network, contract, json },
  whenRun(() => import("./show.ts"))(({ run }) => run)
).pipe(Command.withDescription("which roster its signer is committed to, since when, and who serves it"))

export const roster = Command.make("roster").pipe(
  Command.withDescription("publish the roster that validators score by; for the hotkey that the contract names for it"),
  Command.withSubcommands([pin, sign, publish, show])
)
