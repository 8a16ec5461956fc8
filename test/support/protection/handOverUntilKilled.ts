/**
 * A process that exports or imports a journal, and kills itself at a statement: `handOverUntilKilled.ts export|import FOLDER FILE STATEMENT NUMBER`, at the statement's
 * NUMBERth run.
 */
import { Database } from "bun:sqlite"
import { Effect } from "effect"
import { exportJournal, importJournal } from "../../../src/layers/protection/handover.ts"
import { ballot } from "../rules/ballot.ts"

const [what, folder = "", file = "", statement = "", number = ""] = process.argv.slice(2)
let runs = 0
const query = Database.prototype.query
Database.prototype.query = function (this: Database, text: string) {
  if (text.startsWith(statement) && ++runs === Number(number)) process.kill(process.pid, "SIGKILL")
  return query.call(this, text)
} as typeof query

const { chain, contract, hotkey } = ballot
const voter = { chain, contract, hotkey }
await Effect.runPromise(
  what === "export" ? exportJournal(folder, voter, file) : importJournal(folder, voter, file, { block: 200, nonce: 20_000 })
)
