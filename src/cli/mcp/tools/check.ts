/** Checks a branch or a pull request, as `gittensor mine check` does. */
import { Effect, Option, Schema } from "effect"
import { PolicyLack, RepositoryPolicy } from "../../../domain/quality/RepositoryPolicy.ts"
import { checkLines, checkOf } from "../../mine/check/check.ts"
import { lines, Text, text, Whole, whole } from "../shapes.ts"
import { defineTool } from "../Tool.ts"

const optionalText = (description: string) => Schema.optional(text(description))

/** `roster`: path of the roster for the base score. */
export const check = (roster: Option.Option<string>) =>
  defineTool({
    name: "check",
    title: "Check a branch",
    description:
      "Says what the validators' gate and scoring would say about a local branch before it is submitted, or say about a pull request, and what it lacks of what the repository asks of pull requests. Looks only at what is committed.",
    readOnly: true,
    input: Schema.Struct({
      subject: Schema.optionalWith(
        text(
          'a folder of a git repository, best as an absolute path; or a pull request as "owner/name#42" (default: the server\'s folder)'
        ),
        { default: () => "." }
      ),
      head: optionalText("the branch or commit of the folder to check (default: HEAD)"),
      base: optionalText("the branch that the pull request is meant for (default: the main branch)"),
      against: Schema.optionalWith(
        Schema.Array(Schema.String).annotations({
          description:
            'other solutions to compare with, as if they had been seen first: branches of the folder, or pull requests as "owner/name#42"'
        }),
        { default: () => [] }
      ),
      repository: optionalText("the roster's repository by whose figures the base score is computed (default: the pull request's)"),
      description: optionalText("the description that the folder's pull request will have, to compare it with what the repository asks"),
      tests: Schema.optionalWith(
        Schema.Boolean.annotations({
          description: "also run the repository's tests before and after, in a sandbox; takes minutes (default false)"
        }),
        { default: () => false }
      )
    }),
    output: Schema.Struct({
      pullRequest: Schema.NullOr(text("set for a pull request of GitHub")),
      head: text("the commit that was checked"),
      base: text("the commit it was compared with"),
      passed: Schema.Boolean.annotations({ description: "whether the gate would let it pass" }),
      findings: Schema.Array(
        Schema.Struct({
          check: Schema.String,
          rejects: Schema.Boolean.annotations({ description: "false: evidence for people and judges only" }),
          path: Schema.NullOr(Schema.String),
          line: Schema.NullOr(Whole),
          shown: Schema.String,
          limit: Schema.NullOr(Schema.String)
        })
      ),
      policy: RepositoryPolicy.annotations({
        description: "what the repository asks of pull requests, and the files to read before the work, in its maintainers' words"
      }),
      lacks: Schema.Array(PolicyLack).annotations({
        description: "what the pull request lacks of it; without `description`, only what a branch shows"
      }),
      files: Schema.Array(
        Schema.Struct({
          path: Schema.String,
          score: Schema.Number,
          method: Schema.String,
          lines: Whole,
          whyNothing: Schema.NullOr(Schema.String)
        })
      ),
      why: Schema.Array(Schema.String).annotations({
        description: "why it would count less than its files come to, where the roster pays for work"
      }),
      sourceScore: Schema.Number,
      totalScore: Schema.Number,
      baseScore: Schema.NullOr(Schema.Number).annotations({ description: "null if the repository is not named or not in the roster" }),
      fingerprints: whole("how many fingerprints it has that the base does not have"),
      comparedWith: whole("how many other solutions it was compared with"),
      verification: Schema.NullOr(
        Schema.Struct({
          verdict: Schema.String,
          failToPass: Schema.Array(Schema.String).annotations({ description: "tests that fail before and pass after" }),
          broken: Schema.Array(Schema.String).annotations({ description: "tests that pass before and not after" }),
          flaky: Schema.Array(Schema.String)
        })
      ).annotations({ description: "null without `tests`" }),
      text: Text
    }),
    run: ({ subject, head, base, against, repository, description, tests }) =>
      Effect.gen(function* () {
        const document = yield* checkOf({
          subject,
          head: Option.fromNullable(head),
          base: Option.fromNullable(base),
          against,
          repository: Option.fromNullable(repository),
          description: Option.fromNullable(description),
          tests,
          roster
        })
        const { gate, verification } = document
        return {
          pullRequest: document.pullRequest?.name ?? null,
          head: document.head,
          base: document.base,
          passed: gate.passed,
          findings: gate.findings,
          policy: document.policy,
          lacks: document.lacks,
          files: document.files.map(({ path, score, method, lines, work }) => ({
            path,
            score: work?.tokens ?? score,
            method,
            lines,
            whyNothing: work?.why ?? null
          })),
          why: document.why,
          sourceScore: document.sourceScore,
          totalScore: document.totalScore,
          baseScore: document.baseScore,
          fingerprints: gate.fingerprints,
          comparedWith: gate.comparedWith,
          verification:
            verification === null
              ? null
              : {
                  verdict: verification.verdict,
                  failToPass: verification.failToPass,
                  broken: verification.broken,
                  flaky: verification.flaky
                },
          text: lines(checkLines(document))
        }
      })
  })
