/** Reads what the options say about judging pull requests. */
import { Effect, Option, type Redacted } from "effect"
import { type KeyedPanel, readPanel, withKeys } from "../../quality/judges/readPanel.ts"
import type { JudgingOptions } from "../../quality/judging.ts"

export interface QualityOptions {
  readonly once: boolean
  /** Whether competitors' pull requests are judged. */
  readonly quality: boolean
  /** Whether their repositories' tests, which are strangers' code, run on this machine. */
  readonly verify: boolean
  /** Whether Gradle and Maven may run the repository's code to fetch its dependencies. */
  readonly allowBuildScripts: boolean
  /** The panel file with the judges of duels. */
  readonly judges: Option.Option<string>
  /** Database of the workers that score contributions' files and judge pull requests; none: this process does. */
  readonly workDatabase: Option.Option<Redacted.Redacted<string>>
}

/** Workers have their own keys. */
const panelOf = ({ judges, workDatabase }: QualityOptions) =>
  Effect.transposeOption(
    Option.map(judges, (path) =>
      Effect.flatMap(readPanel(path), (panel) =>
        Option.isSome(workDatabase) ? Effect.succeed<KeyedPanel>({ panel, keys: new Map() }) : withKeys(panel)
      )
    )
  )

/** Undefined: no pull request is judged. `folder`: the data folder. */
export const judgingOptions = Effect.fn("judgingOptions")(function* (folder: string, options: QualityOptions) {
  if (options.quality && !options.once) {
    if (options.verify && Option.isSome(options.workDatabase))
      yield* Effect.logWarning("--verify has no effect with --work-database: workers that take verify run the tests")
    const panel = yield* panelOf(options)
    const judging: JudgingOptions = {
      folder,
      workDatabase: options.workDatabase,
      panel,
      verifying: { runsTests: options.verify, allowBuildScripts: options.allowBuildScripts }
    }
    return judging
  }
  if (Option.isSome(options.judges)) yield* Effect.logWarning("no duels: --judges has no effect with --no-quality or --once")
  return undefined
})
