/** Plays: what happens to a competition's pull requests, step by step. */
import { Schema, Struct } from "effect"
import { PLAY_KINDS } from "../../../domain/Play.ts"
import { tables } from "../../../layers/storage/database/schema/tables.ts"
import { TIME_SORTS } from "./choices.ts"
import { fieldsOf } from "./fields.ts"
import { paging, query, sort } from "./parameters.ts"
import { account, count, text, time } from "./values.ts"

const { columns: play } = tables.plays
const { columns: pullRequest } = tables.pull_requests

/** Maximum of plays in a match's answer. The list of plays has all. */
export const MOST_PLAYS = 300

export const PlayRow = Schema.Struct({
  ...Struct.pick(fieldsOf(play), "at", "repository", "number"),
  hotkey: account(pullRequest.hotkey.meaning),
  kind: Schema.Literal(...PLAY_KINDS).annotations({
    description: `${play.kind.meaning}. From gatePassed on, validators say it: whether the gate lets a head pass, or else what the repository's own tests say`
  }),
  ...Struct.pick(fieldsOf(play), "by", "commit", "times"),
  place: Schema.NullOr(count(`${play.place.meaning}; null for what validators say`)),
  validators: Schema.NullOr(count("how many validators say so; null for what GitHub tells. Its time is then the median of theirs")),
  tests: Schema.NullOr(count("how many tests fail without the head and pass with it, by most validators; null unless tests ran")),
  seenAt: Schema.NullOr(time(`${play.seen_at.meaning}; null for what validators say`))
})

const side = (description: string) => Schema.NullOr(Schema.Literal("a", "b").annotations({ description }))

export const Play = Schema.Struct({
  ...PlayRow.fields,
  text: text("the step in a sentence"),
  lead: Schema.NullOr(
    Schema.Struct({ leader: side("who is ahead from then on; null: nobody"), text: text("the change in a sentence") }).annotations({
      identifier: "LeadChange",
      description: "a change of the lead that the step brought; null if the lead stayed"
    })
  )
}).annotations({
  identifier: "Play",
  description: "A step of a competitor's pull request, as GitHub tells it, or what validators found out about one of its heads"
})

/** Who leads, by pull requests. */
export const Lead = Schema.Struct({
  leader: side("who is ahead; null: nobody"),
  by: Schema.Literal("stage", "time", "findings", "level", "nothing").annotations({
    description:
      "what decides: how far the pull requests are, who was merged first, or what validators found; level: both are as far; nothing: neither has a pull request that counts"
  }),
  a: Schema.Array(text("a fact")).annotations({
    description: "what is known of a's best pull request, such as: passes all checks, approved"
  }),
  b: Schema.Array(text("a fact")).annotations({ description: "the same of b's" })
}).annotations({ identifier: "Lead", description: "Who is ahead by pull requests. Votes are not part of it" })

export const PlayQuery = query({ sort: sort(...TIME_SORTS), ...paging })

export interface Play extends Schema.Schema.Type<typeof Play> {}
