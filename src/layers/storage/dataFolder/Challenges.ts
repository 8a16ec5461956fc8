/**
 * Stores this validator's findings from challenges of others' reports, a file each: the evidence against them, and the state that it needs to judge
 * them after a restart.
 */
import { join } from "node:path"
import { Context, Duration, Effect, Layer, Schema } from "effect"
import { AccountAddress } from "../../../domain/Account.ts"
import { ChallengeFinding } from "../../../domain/ChallengeFinding.ts"
import { canonicalJson } from "../../../domain/canonicalJson.ts"
import { openEpochFiles } from "./epochFiles.ts"
import type { Result, StoreUnavailable } from "./failure.ts"

/**
 * `gave`: the validator served its report itself. `failed`: its answer to a request for its records was wrong. `rescored`: some of its records were
 * scored again. `suspected`: one of them was wrong. `compared`: they were compared with what this validator measured around that epoch.
 */
type ValidatorMark = "gave" | "failed" | "rescored" | "suspected" | "compared"

export class Challenges extends Context.Tag("gittensor/Challenges")<
  Challenges,
  {
    /** The findings against validators in an epoch, by hotkey. */
    readonly of: (epoch: number) => Result<ReadonlyMap<AccountAddress, ChallengeFinding>>
    /** Stores a finding, unless its validator has one for the epoch. Returns whether it is new. */
    readonly keep: (finding: ChallengeFinding) => Result<boolean>
    /** Marks a validator in an epoch. Returns whether the mark is new. */
    readonly mark: (epoch: number, hotkey: AccountAddress, mark: ValidatorMark) => Result<boolean>
    readonly isMarked: (epoch: number, hotkey: AccountAddress, mark: ValidatorMark) => Result<boolean>
    /** Deletes files past their retention, as of an epoch. `tempo`: blocks of an epoch. */
    readonly retire: (epoch: number, tempo: number) => Result<void>
  }
>() {}

const encode = Schema.encodeSync(ChallengeFinding)

const Marked = Schema.Struct({ epoch: Schema.NonNegativeInt, validator: AccountAddress })

/** Marks are needed until the epoch's reports are counted. */
const MARKS_KEPT = Duration.days(1)

/** Opens the marks of one kind in a folder of their own: a writer of a folder removes unfinished files there. */
const openMarks = (folder: string, mark: ValidatorMark) =>
  openEpochFiles<typeof Marked.Type>({
    folder: join(folder, mark),
    kept: MARKS_KEPT,
    packed: false,
    what: "mark",
    encode: (marked) => `${canonicalJson({ ...marked })}\n`,
    decode: Schema.decodeUnknownEither(Schema.parseJson(Marked)),
    hotkeyOf: ({ validator }) => validator,
    isOf: (marked, epoch) => marked.epoch === epoch,
    store: "the findings in"
  })

const make = Effect.fn("Challenges.make")(function* (folder: string, kept: Duration.Duration) {
  const files = yield* openEpochFiles<ChallengeFinding>({
    folder,
    kept,
    packed: false,
    what: "finding",
    encode: (finding) => `${canonicalJson(encode(finding))}\n`,
    decode: Schema.decodeUnknownEither(Schema.parseJson(ChallengeFinding)),
    hotkeyOf: ({ validator }) => validator,
    isOf: (finding, epoch) => finding.epoch === epoch,
    store: "the findings in"
  })
  const marks = yield* Effect.all({
    gave: openMarks(folder, "gave"),
    failed: openMarks(folder, "failed"),
    rescored: openMarks(folder, "rescored"),
    suspected: openMarks(folder, "suspected"),
    compared: openMarks(folder, "compared")
  })
  return Challenges.of({
    of: files.of,
    keep: (finding) => files.keep(finding.epoch, finding),
    mark: (epoch, validator, mark) => marks[mark].keep(epoch, { epoch, validator }),
    isMarked: (epoch, hotkey, mark) => Effect.map(marks[mark].of(epoch), (found) => found.has(hotkey)),
    retire: (epoch, tempo) =>
      Effect.all(
        [files, ...Object.values(marks)].map((one) => one.retire(epoch, tempo)),
        { discard: true }
      )
  })
})

/** Stores files in a folder, which it creates. No other process may write there. `kept`: the retention of findings. */
export const layer = (folder: string, kept: Duration.Duration): Layer.Layer<Challenges, StoreUnavailable> =>
  Layer.effect(Challenges, make(folder, kept))
