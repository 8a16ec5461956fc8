/** What the verdict loop saw on GitHub, for whoever else can use it. */
import { Context, Effect } from "effect"
import type { Look } from "../scoring/issue_competitions/verdicts.ts"

/** Where the verdict loop leaves what it saw. Without a quality loop nobody takes it. */
export class SeenByVerdicts extends Context.Reference<SeenByVerdicts>()("gittensor/SeenByVerdicts", {
  defaultValue: () => ({ offer: (_: ReadonlyArray<Look>): Effect.Effect<void> => Effect.void })
}) {}
