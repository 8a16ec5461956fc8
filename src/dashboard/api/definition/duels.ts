/** Validators' findings about duels of the competitors' heads, and their judges' costs. */
import { Schema, Struct } from "effect"
import { ArtefactName, ArtefactType } from "../../../domain/quality/Artefact.ts"
import { tables } from "../../../layers/storage/database/schema/tables.ts"
import { fieldsOf, shaped } from "./fields.ts"
import { block, capitalised, count, flag, number, text, wholeNumber } from "./values.ts"

const { columns: artefact } = tables.artefacts
const { columns: duel } = tables.quality_duels
const { columns: cost } = tables.quality_costs

export const QualityArtefact = Schema.Struct({
  name: Schema.Literal(...ArtefactName.literals).annotations({ description: "what it shows" }),
  digest: text(artefact.digest.meaning),
  mediaType: Schema.Literal(...ArtefactType.literals).annotations({ description: artefact.media_type.meaning }),
  bytes: count("its length in bytes"),
  readAt: Schema.NullOr(block("the newest block when the index read it; null while the index has it not"))
}).annotations({ identifier: "QualityArtefact", description: capitalised(tables.artefacts.row) })
export interface QualityArtefact extends Schema.Schema.Type<typeof QualityArtefact> {}

/** A field per criterion. */
const byCriterion = (what: (criterion: string) => ReturnType<typeof wholeNumber>) =>
  Schema.Struct({
    correctness: what("does the code do what the issue asks, without new faults?"),
    grounding: what("does it rest on what the repository and the issue really have?"),
    progress: what("how much of the issue does it finish?"),
    protocol: what("does it keep to the repository's ways, with tests where they belong?"),
    efficiency: what("does it need no more code, time and memory than it must?")
  })

const Leads = byCriterion((criterion) => wholeNumber(`${criterion} in tenths of a point; positive: a is ahead`)).annotations({
  identifier: "DuelLeads",
  description: "Leads by criterion"
})

const Shares = byCriterion((criterion) => wholeNumber(`${criterion} points, of 100, for the solution that was shown first`)).annotations({
  identifier: "DuelShares",
  description: "How a judge divided 100 points for each criterion"
})

const DuelHead = Schema.Struct({
  repository: text(duel.a_repository.meaning),
  number: count("the pull request's number"),
  commit: text("the head that was compared")
}).annotations({ identifier: "DuelHead", description: "A head that was compared" })

const DuelJudge = Schema.Struct({
  name: text("its name in the validator's panel"),
  family: text("models of one family come from one maker and err alike"),
  model: text("the model, as its server names it"),
  vote: Schema.NullOr(
    Schema.Struct({
      lead: wholeNumber("the lead over all criteria in tenths of a point; positive: a is ahead"),
      leads: Leads,
      flipped: flag("whether it would have what stands in the same place win in both orders: then it has no vote")
    }).annotations({ identifier: "DuelVote", description: "what it said in both orders together; null if it has no vote" })
  ),
  why: Schema.NullOr(
    Schema.Literal("refused", "unreadable", "unanswered").annotations({
      description: "why it has no vote: it refused, its answer can't be read, or it did not answer in both orders; null if it has one"
    })
  )
}).annotations({ identifier: "DuelJudge", description: "A judge that was drawn for a duel" })

const DuelPanel = Schema.Struct({
  judgesPerDuel: count("how many of its judges are drawn for a duel"),
  fallLimit: count("a judge that falls for more of the canaries than this, in percent, is not drawn"),
  judges: Schema.Array(
    Schema.Struct({
      ...Struct.pick(DuelJudge.fields, "name", "family", "model"),
      answersAs: Schema.Array(text("another name by which its server may say that this model answered")),
      maxAnswerTokens: count("the most tokens of an answer"),
      answerFormat: text("how its server is asked for an answer: json_schema, json_object or text"),
      temperature: Schema.NullOr(number("the temperature at which it is asked; null: its server's own")),
      takesSeed: flag("whether it is asked with a seed"),
      canaries: Schema.NullOr(
        Schema.Struct({ asked: count("how many canaries it was asked"), fell: count("for how many it fell") }).annotations({
          identifier: "PanelCanaries",
          description: "how it did when it was measured last; null: it never was"
        })
      )
    }).annotations({ identifier: "PanelJudge", description: "A judge of a panel, without its server, key and prices" })
  )
}).annotations({ identifier: "DuelPanel", description: "A panel of judges, as a validator configured it" })

const DuelAnswer = Schema.Struct({
  judge: text("the judge's name"),
  answeredBy: Schema.NullOr(text("the model that answered, as its server names it; null: it named none")),
  order: Schema.Literal("ab", "ba").annotations({ description: "ab: the solution of competitor a was shown first" }),
  state: Schema.Literal("answered", "refused", "unreadable").annotations({ description: "only an answer can become a vote" }),
  shares: Schema.NullOr(Shares),
  reason: text("the judge's reason, or why it is no answer"),
  wording: text("the wording of the question"),
  artefacts: Schema.Array(QualityArtefact).annotations({ description: "the question as it was sent, and the answer as it came" })
}).annotations({ identifier: "DuelAnswer", description: "What one judge said in one order" })
export interface DuelAnswer extends Schema.Schema.Type<typeof DuelAnswer> {}

const { validator, ...duelFields } = Struct.omit(
  fieldsOf(duel),
  ...(["issue", "aHotkey", "aRepository", "aNumber", "aCommit", "bHotkey", "bRepository", "bNumber", "bCommit"] as const)
)

export const QualityDuel = Schema.Struct({
  validator,
  a: DuelHead,
  b: DuelHead,
  ...duelFields,
  result: shaped(duel, "result", Schema.Literal("a", "b", "draw", "none")),
  why: shaped(duel, "why", Schema.Literal("too few judges", "one family")),
  leads: Schema.NullOr(Leads),
  judges: Schema.Array(DuelJudge).annotations({ description: duel.judges.meaning }),
  panel: Schema.NullOr(DuelPanel).annotations({ description: duel.panel.meaning }),
  answers: Schema.Array(DuelAnswer).annotations({ description: duel.answers.meaning })
}).annotations({ identifier: "QualityDuel", description: capitalised(tables.quality_duels.row) })
export interface QualityDuel extends Schema.Schema.Type<typeof QualityDuel> {}

export const QualityCost = Schema.Struct({
  ...Struct.omit(fieldsOf(cost), "issue"),
  stage: shaped(cost, "stage", Schema.Literal("duel", "canary"))
}).annotations({ identifier: "QualityCost", description: capitalised(tables.quality_costs.row) })
export interface QualityCost extends Schema.Schema.Type<typeof QualityCost> {}
