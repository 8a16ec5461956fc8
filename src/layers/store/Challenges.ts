/** What this validator found when it challenged the reports of others: what it holds against them, a file each, and in memory what it has asked so far. */
import { Context, type Duration, Effect, Either, Layer, Ref, Schema } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import { ChallengeFinding } from "../../domain/ChallengeFinding.ts"
import { canonicalJson } from "../../domain/canonicalJson.ts"
import { problemOf } from "../../domain/jsonProblem.ts"
import { openEpochFiles } from "./epochFiles.ts"

/** The findings cannot be read or written. */
export class ChallengesUnavailable extends Schema.TaggedError<ChallengesUnavailable>()("ChallengesUnavailable", {
  operation: Schema.String,
  folder: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `the findings in ${this.folder} failed at "${this.operation}" (${this.reason}): check the folder's disk and its permissions`
  }
}

type Result<A> = Effect.Effect<A, ChallengesUnavailable>

/** `gave`: the validator gave its report itself. `failed`: it was asked for its records, and something was wrong. `passed`: it has shown them all. */
export type Mark = "gave" | "failed" | "passed"

export class Challenges extends Context.Tag("gittensor/Challenges")<
  Challenges,
  {
    /** What is held against validators for an epoch, by hotkey. */
    readonly of: (epoch: number) => Result<ReadonlyMap<AccountAddress, ChallengeFinding>>
    /** Keeps a finding, unless its validator has one for the epoch. Returns whether it is new. */
    readonly keep: (finding: ChallengeFinding) => Result<boolean>
    /** Remembers something about a validator in an epoch, until the next epoch or the end of the process. */
    readonly mark: (epoch: number, hotkey: AccountAddress, mark: Mark) => Effect.Effect<void>
    readonly isMarked: (epoch: number, hotkey: AccountAddress, mark: Mark) => Effect.Effect<boolean>
    /** Deletes what is older than its time, seen from an epoch. `tempo`: blocks of an epoch. */
    readonly retire: (epoch: number, tempo: number) => Result<void>
  }
>() {}

const decode = Schema.decodeUnknownEither(Schema.parseJson(ChallengeFinding))
const encode = Schema.encodeSync(ChallengeFinding)

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
  const marks = yield* Ref.make<{ readonly epoch: number; readonly known: ReadonlySet<string> }>({ epoch: -1, known: new Set() })
  const nameOf = (hotkey: AccountAddress, mark: Mark) => `${mark} ${hotkey}`
  return Challenges.of({
    of: files.of,
    keep: (finding) => files.keep(finding.epoch, finding),
    mark: (epoch, hotkey, mark) =>
      Ref.update(marks, (before) =>
        epoch < before.epoch ? before : { epoch, known: new Set(before.epoch === epoch ? before.known : []).add(nameOf(hotkey, mark)) }
      ),
    isMarked: (epoch, hotkey, mark) =>
      Effect.map(Ref.get(marks), (found) => found.epoch === epoch && found.known.has(nameOf(hotkey, mark))),
    retire: files.retire
  })
})

/** In a folder to which no other process writes. Creates it. `kept`: for how long findings are kept. */
export const layer = (folder: string, kept: Duration.Duration): Layer.Layer<Challenges, ChallengesUnavailable> =>
  Layer.effect(Challenges, make(folder, kept))
