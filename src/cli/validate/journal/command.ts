/** `gittensor validate journal …`: moves a validator to another data folder or machine. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import { contract, data, json, key, network, whenRun } from "../../shared/options.ts"

const options = { network, contract, key, data, json }

const exportCommand = Command.make(
  "export",
  { file: Args.text({ name: "file" }).pipe(Args.withDescription("the file to write")), ...options },
  whenRun(() => import("./journal.ts"))(({ runExport }) => runExport)
).pipe(Command.withDescription("write the journal of a stopped validator to a file, for another machine"))

const importCommand = Command.make(
  "import",
  { file: Args.text({ name: "file" }).pipe(Args.withDescription("the file that `export` wrote")), ...options },
  whenRun(() => import("./journal.ts"))(({ runImport }) => runImport)
).pipe(Command.withDescription("add an exported journal to this machine's"))

export const journal = Command.make("journal").pipe(
  Command.withDescription("move a validator to another machine, with what keeps it from voting twice"),
  Command.withSubcommands([exportCommand, importCommand])
)
