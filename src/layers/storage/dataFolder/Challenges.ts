/** What this validator found when it challenged the reports of others, a file each: what it holds against them, and what it must know to judge them after a restart. */
import { join } from "node:path"
import { Context, Duration, Effect, Either, Layer, Schema } from "effect"
import { AccountAddress } from "../../../domain/Account.ts"
import { ChallengeFinding } from "../../../domain/ChallengeFinding.ts"
import { canonicalJson } from "../../../domain/canonicalJson.ts"
import { problemOf } from "../../../domain/jsonProblem.ts"
import { openEpochFiles } from "./epochFiles.ts"
import { folderFailure, folderFailureText } from "./failure.ts"

/** The findings cannot be read or written. */
export class ChallengesUnavailable extends Schema.TaggedError<ChallengesUnavailable>()("ChallengesUnavailable", folderFailure) {
  override get message() {
    return folderFailureText("the findings in", this)
  }
}

type Result<A> = Effect.Effect<A, ChallengesUnavailable>

/**
 * `gave`: the validator gave its report itself. `failed`: it was asked for its records, and something was wrong with what it showed. `rescored`: some of its
 * records were scored again. `suspected`: one of them was wrong.
 */
type Mark = "gave" | "failed" | "rescored" | "suspected"

export class Challenges extends Context.Tag("gittensor/Challenges")<
  Challenges,
  {
    /** What is held against validators for an epoch, by hotkey. */
    readonly of: (epoch: number) => Result<ReadonlyMap<AccountAddress, ChallengeFinding>>
    /** Keeps a finding, unless its validator has one for the epoch. Returns whether it is new. */
    readonly keep: (finding: ChallengeFinding) => Result<boolean>
    /** Remembers something about a validator in an epoch. Returns whether it is new. */
    readonly mark: (epoch: number, hotkey: AccountAddress, mark: Mark) => Result<boolean>
    readonly isMarked: (epoch: number, hotkey: AccountAddress, mark: Mark) => Result<boolean>
    /** Deletes what is older than its time, seen from an epoch. `tempo`: blocks of an epoch. */
    readonly retire: (epoch: number, tempo: number) => Result<void>
  }
>() {}

const decode = Schema.decodeUnknownEither(Schema.parseJson(ChallengeFinding))
const encode = Schema.encodeSync(ChallengeFinding)

const Marked = Schema.Struct({ epoch: Schema.NonNegativeInt, validator: AccountAddress })
const decodeMarked = Schema.decodeUnknownEither(Schema.parseJson(Marked))

/** Marks are of use until the epoch's reports are counted. */
const MARKS_KEPT = Duration.days(1)

/** The marks of one kind, in a folder of their own: whoever writes in a folder removes what is unfinished there. */
const openMarks = (folder: string, mark: Mark) =>
  openEpochFiles<typeof Marked.Type, ChallengesUnavailable>({
    folder: join(folder, mark),
    kept: MARKS_KEPT,
    ending: ".json",
    what: "mark",
    encode: (marked) => `${canonicalJson({ ...marked })}\n`,
    decode: (bytes) => Either.mapLeft(decodeMarked(Buffer.from(bytes).toString("utf8")), problemOf),
    hotkeyOf: ({ validator }) => validator,
    isOf: (marked, epoch) => marked.epoch === epoch,
    failed: (failure) => new ChallengesUnavailable(failure)
  })

const make = Effect.fn("Challenges.make")(function* (folder: string, kept: Duration.Duration) {
  const files = yield* openEpochFiles<ChallengeFinding, ChallengesUnavailable>({
    folder,
    kept,
    ending: ".json",
    what: "finding",
    encode: (finding) => `${canonicalJson(encode(finding))}\n`,
    decode: (bytes) => Either.mapLeft(decode(Buffer.from(bytes).toString("utf8")), problemOf),
    hotkeyOf: ({ validator }) => validator,
    isOf: (finding, epoch) => finding.epoch === epoch,
    failed: (failure) => new ChallengesUnavailable(failure)
  })
  const marks = yield* Effect.all({
    gave: openMarks(folder, "gave"),
    failed: openMarks(folder, "failed"),
    rescored: openMarks(folder, "rescored"),
    suspected: openMarks(folder, "suspected")
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

/** In a folder to which no other process writes. Creates it. `kept`: for how long findings are kept. */
export const layer = (folder: string, kept: Duration.Duration): Layer.Layer<Challenges, ChallengesUnavailable> =>
  Layer.effect(Challenges, make(folder, kept))
