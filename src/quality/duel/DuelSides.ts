/** What judges see of a duel: the issue, and both solutions without hints at their authors. */
import { Context, Effect, Layer } from "effect"
import { IssueRef } from "../../domain/IssueRef.ts"
import type { DuelPair, DuelSeed } from "../../domain/quality/DuelRecord.ts"
import type { Head } from "../../domain/quality/QualityRecord.ts"
import { Repositories } from "../../layers/git/Repositories.ts"
import { makeReadIssue } from "../../layers/github/issueText.ts"
import { PullRequestHeads } from "../../layers/github/PullRequestHeads.ts"
import { Confined } from "../../layers/machine/confined/Confined.ts"
import type { BlindSide } from "../../rules/quality/duel/blind.ts"
import type { DuelIssue } from "../../rules/quality/duel/prompt.ts"
import { type StepFailed, understood } from "../pipeline/HeadSteps.ts"
import { sideTask } from "./sideTask.ts"

export interface ShownSides {
  readonly issue: DuelIssue
  readonly a: BlindSide
  readonly b: BlindSide
}

export class DuelSides extends Context.Tag("gittensor/DuelSides")<
  DuelSides,
  { readonly load: (pair: DuelPair, seed: DuelSeed) => Effect.Effect<ShownSides, StepFailed> }
>() {}

const sideOf = Effect.fn("sideOf")(function* (head: Head, seed: DuelSeed) {
  const { ask } = yield* Confined
  const [heads, { fetch }] = yield* Effect.all([PullRequestHeads, Repositories])
  const { cloneUrl } = yield* heads.read(new IssueRef({ repository: head.repository, number: head.number }), head.commit)
  // The base commit recorded with the head. After a merge, today's base would leave an empty diff.
  const { places } = yield* fetch(cloneUrl, [head.base, head.commit])
  return yield* ask(sideTask, { base: head.base, head: head.commit, seed: seed.randomness }, { places })
})

const make = Effect.gen(function* () {
  const context = yield* Effect.context<PullRequestHeads | Repositories | Confined>()
  const readIssue = yield* makeReadIssue
  return DuelSides.of({
    load: ({ number, a, b }, seed) =>
      Effect.gen(function* () {
        const issue = yield* readIssue(new IssueRef({ repository: a.repository, number }))
        return { issue, a: yield* sideOf(a, seed), b: yield* sideOf(b, seed) }
      }).pipe(Effect.scoped, understood, Effect.provide(context))
  })
})

export const layer = Layer.scoped(DuelSides, make)
