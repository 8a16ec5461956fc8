/** Keeps what a screen showed on the disk, one file for each contract and hotkey. */
import { join } from "node:path"
import { Effect, Schema } from "effect"
import type { AccountAddress } from "../../../domain/Account.ts"
import { attemptsIn, makeFolder, readValue, writeDurably } from "../../../layers/storage/dataFolder/durableFile.ts"
import { issuesPage } from "./issues.ts"
import type { Model } from "./model.ts"
import { MOST, Remembered } from "./remembered.ts"

/** What a screen is of. `endpoint`: as it was given, so that the screen of another network is not shown, even for a moment. */
export interface Place {
  readonly endpoint: string
  readonly netuid: number
  readonly contract: AccountAddress
  readonly hotkey: AccountAddress | null
}

export interface Memory {
  /** Null: there is none, or it is damaged or of another place. */
  readonly recall: Effect.Effect<Remembered | null>
  /** Keeps a screen that has shown the chain's state. A failure costs the next screen its beginning, and nothing else. */
  readonly keep: (model: Model) => Effect.Effect<void>
}

const Kept = Schema.parseJson(Schema.Struct({ endpoint: Schema.String, netuid: Schema.Int, seen: Remembered }))
const decode = Schema.decodeUnknownEither(Kept)
const encode = Schema.encodeSync(Kept)

const texts = (map: ReadonlyMap<number, string>) =>
  new Map([...map].slice(0, MOST.entries).map(([key, text]) => [key, text.slice(0, MOST.characters)] as const))

/** The list as it is when a screen opens: of all issues, from the first one on. */
const listOf = (model: Model): ReadonlyArray<string> =>
  issuesPage({ ...model, filter: "all", search: "", isSearching: false, selected: null, top: 0 })
    .slice(1, MOST.rows)
    .map((line) =>
      line
        .map(({ text }) => text)
        .join("")
        .trimEnd()
        .slice(0, MOST.characters)
    )

/** Null: the chain has told nothing yet. */
export const toRemember = (model: Model): Remembered | null => {
  const { ahead, board, genesis, known, remembered } = model
  if (board === null || genesis === null) return null
  const [issues, accounts] = [new Set(board.issues.map(({ id }) => id)), new Set(known.accounts.values())]
  return {
    genesis,
    // Where something older is still shown, all counts as that old.
    at: remembered?.at ?? board.at - (ahead ?? 0),
    list: listOf(model),
    titles: texts(new Map([...known.titles].filter(([issue]) => issues.has(issue)))),
    accounts: new Map([...known.accounts].slice(0, MOST.entries)),
    logins: texts(new Map([...known.logins].filter(([account]) => accounts.has(account))))
  }
}

/** The memory in a folder. Several screens may use it at once: the last one's stays. */
export const memoryIn = (folder: string, { endpoint, netuid, contract, hotkey }: Place): Memory => {
  const path = join(folder, `${contract}-${hotkey ?? "nobody"}.json`)
  const attempt = attemptsIn("the last screen in", folder)
  return {
    recall: readValue(attempt, path, decode, "screen, and is written again when this one ends").pipe(
      Effect.map((kept) => (kept?.endpoint === endpoint && kept.netuid === netuid ? kept.seen : null)),
      Effect.orElseSucceed(() => null)
    ),
    keep: (model) => {
      const seen = toRemember(model)
      if (seen === null) return Effect.void
      const content = encode({ endpoint, netuid, seen })
      return attempt("keep", async () => {
        await makeFolder(folder)
        await writeDurably(path, content)
      }).pipe(Effect.ignore)
    }
  }
}

/** Where there is no home folder. */
export const noMemory: Memory = { recall: Effect.succeed(null), keep: () => Effect.void }
