/** Plays a match on the GitHub stand-in step by step, at a watchable pace. */
import { Clock, Duration, Effect, Ref } from "effect"
import type { IssueNumber, RepositoryName } from "../../src/domain/IssueRef.ts"
import { DemoNetwork } from "./DemoNetwork.ts"
import { type Move, type Plot, type Role, scriptOf } from "./matchScript.ts"
import type { Miner } from "./miners.ts"
import { Narrator } from "./Narrator.ts"
import type { Approach, Story } from "./stories/Story.ts"

export interface Match {
  readonly repository: RepositoryName
  readonly issue: IssueNumber
  /** An account that may push to the repository. */
  readonly maintainer: string
  readonly story: Story
  readonly plot: Plot
  readonly miners: Readonly<Record<Role, Miner>>
  /** Which of the story's two ways the winner takes. */
  readonly winnersWay: 0 | 1
  /** The start of submissions, in milliseconds since 1970. */
  readonly from: number
  readonly lasts: Duration.Duration
}

const documentOf = ({ path, title }: Story, approach: Approach) => ({
  path: path.replace("src/", "docs/").replace(".js", ".md"),
  base: null,
  head: `# ${title}\n\n${approach.title}.\n`
})

/** The changed files of a head. */
const contentsOf = (story: Story, approach: Approach, head: "rough" | "finished" | "polished") => [
  { path: story.path, base: story.before === "" ? null : story.before, head: head === "rough" ? approach.rough : approach.finished },
  { path: story.path.replace("src/", "test/").replace(".js", ".test.js"), base: null, head: approach.test },
  ...(head === "polished" ? [documentOf(story, approach)] : [])
]

const sentenceOf = (move: Move): string | undefined => {
  switch (move._tag) {
    case "Open":
      return move.draft ? "opens a draft" : "opens it"
    case "Push":
      return "pushes again"
    case "Checks":
      return move.say === "PENDING" ? undefined : move.say === "SUCCESS" ? "its checks pass" : "its checks fail"
    case "Ready":
      return "is ready for review"
    case "Review":
      return move.state === "APPROVED" ? "is approved" : "a reviewer asks for changes"
    case "Merge":
      return undefined
    case "Close":
      return "closes it"
  }
}

/** Plays until the winner's pull request is merged and the other one closed. Returns the winner's pull request number. */
export const playMatch = Effect.fn("demo.match")(function* (match: Match) {
  const { github } = yield* DemoNetwork
  const { step: tell } = yield* Narrator
  const { repository, issue, story, miners } = match
  const ways: Readonly<Record<Role, Approach>> = {
    winner: story.approaches[match.winnersWay],
    loser: story.approaches[match.winnersWay === 0 ? 1 : 0]
  }
  const numbers = yield* Ref.make<Partial<Record<Role, IssueNumber>>>({})
  const numberOf = (who: Role) =>
    Effect.flatMap(Ref.get(numbers), ({ [who]: number }) =>
      number === undefined ? Effect.dieMessage("it is not open yet") : Effect.succeed(number)
    )

  const make = (who: Role, move: Move) =>
    Effect.gen(function* () {
      if (move._tag === "Open") {
        const { number } = yield* github.control.openPullRequest({
          payload: {
            repository,
            title: ways[who].title,
            author: miners[who].login,
            closes: [issue],
            draft: move.draft,
            contents: contentsOf(story, ways[who], move.head)
          }
        })
        return yield* Ref.update(numbers, (known) => ({ ...known, [who]: number }))
      }
      const place = { repository, number: yield* numberOf(who) }
      switch (move._tag) {
        case "Push":
          return yield* github.control.forcePush({ payload: { ...place, contents: contentsOf(story, ways[who], move.head) } })
        case "Checks":
          return yield* github.control.setChecks({ payload: { ...place, checks: move.say } })
        case "Ready":
          return yield* github.control.setDraft({ payload: { ...place, draft: false } })
        case "Review":
          return yield* github.control.review({ payload: { ...place, by: match.maintainer, state: move.state } })
        case "Merge":
          return yield* github.control.mergePullRequest({ payload: { ...place, by: match.maintainer } })
        case "Close":
          return yield* github.control.close({ payload: { ...place, by: miners[who].login } })
      }
    })

  const begin = Math.max(match.from, yield* Clock.currentTimeMillis)
  const play = ({ at, who, move }: ReturnType<typeof scriptOf>[number]) =>
    Effect.gen(function* () {
      const due = begin + at * Duration.toMillis(match.lasts)
      yield* Effect.sleep(Duration.millis(Math.max(0, due - (yield* Clock.currentTimeMillis))))
      yield* make(who, move)
      const text = sentenceOf(move)
      if (text !== undefined) yield* tell({ actor: "GitHub", text: `#${yield* numberOf(who)} by ${miners[who].login}: ${text}` })
    })
  yield* Effect.forEach(scriptOf(match.plot), play, { discard: true })
  return yield* numberOf("winner")
})
